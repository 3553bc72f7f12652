//! SCP03 against whole sessions of other implementations, and piece by piece against OpenSSL.

use card_crypto::block::aes_cbc_decrypt;
use card_crypto::scp03::{self, KeySet, SessionKeys};
use card_crypto::{Key16, padding};
use test_vectors::{Case, VectorError, cases};

type Outcome = Result<(), VectorError>;

const C_DECRYPTION: u8 = 0x02;
const R_MAC: u8 = 0x10;
const R_ENCRYPTION: u8 = 0x20;

/// Catches: a wrong constant or L, challenges exchanged, a counter on the wrong side, R-MAC without the status word.
#[test]
fn pieces() -> Outcome {
    for case in cases("generated/scp03")? {
        let origin = case.origin();
        let keys = KeySet {
            enc: Key16::new(case.array("enc")?),
            mac: Key16::new(case.array("mac")?),
            dek: Key16::new([0; 16]),
        };
        let (host, aid) = (case.array("host-challenge")?, case.bytes("aid")?);
        let card = scp03::card_challenge(keys.enc.as_bytes(), &case.array("sequence")?, aid);
        assert_eq!(card, case.array("card-challenge")?, "{origin}");
        let session = SessionKeys::derive(&keys, &host, &card);
        assert_eq!(*session.enc.as_bytes(), case.array("s-enc")?, "{origin}");
        assert_eq!(*session.mac.as_bytes(), case.array("s-mac")?, "{origin}");
        assert_eq!(*session.rmac.as_bytes(), case.array("s-rmac")?, "{origin}");
        assert_eq!(
            session.card_cryptogram(&host, &card),
            case.array("card-cryptogram")?,
            "{origin}"
        );
        assert_eq!(
            session.host_cryptogram(&host, &card),
            case.array("host-cryptogram")?,
            "{origin}"
        );

        let counter = u32::from_be_bytes(case.array("counter")?);
        let s_enc = session.enc.as_bytes();
        assert_eq!(
            scp03::command_iv(s_enc, counter),
            case.array("command-iv")?,
            "{origin}"
        );
        assert_eq!(
            scp03::response_iv(s_enc, counter),
            case.array("response-iv")?,
            "{origin}"
        );

        let (chaining, data) = (case.array("chaining")?, case.bytes("data")?);
        let c_mac = scp03::cmac(
            session.mac.as_bytes(),
            &chaining,
            &case.array("header")?,
            data,
        );
        assert_eq!(c_mac, case.array("c-mac")?, "{origin}");
        let r_mac = scp03::rmac(
            session.rmac.as_bytes(),
            &chaining,
            data,
            case.array("status")?,
        );
        assert_eq!(r_mac, case.array("r-mac")?, "{origin}");
    }
    Ok(())
}

/// The card's side of a session that someone else's host and card have had.
struct Card {
    keys: SessionKeys,
    level: u8,
    chaining: [u8; 16],
    counter: u32,
}

impl Card {
    fn open(case: &Case) -> Result<Self, VectorError> {
        let keys = KeySet {
            enc: Key16::new(case.array("enc")?),
            mac: Key16::new(case.array("mac")?),
            dek: Key16::new(case.array("dek")?),
        };
        let initialize = case.array::<14>("initialize")?;
        let answer = case.array::<32>("initialize-answer")?;
        let host: [u8; 8] = *initialize[5..].first_chunk().unwrap();
        let card: [u8; 8] = *answer[13..].first_chunk().unwrap();
        if let Some(aid) = case.get("aid") {
            let sequence = answer.last_chunk().unwrap();
            let challenge = scp03::card_challenge(keys.enc.as_bytes(), sequence, aid);
            assert_eq!(challenge, card, "{}: card challenge", case.origin());
        }
        let session = SessionKeys::derive(&keys, &host, &card);
        assert_eq!(
            session.card_cryptogram(&host, &card),
            answer[21..29],
            "{}",
            case.origin()
        );

        let external = case.array::<21>("external")?;
        let mut opened = Self {
            keys: session,
            level: external[2],
            chaining: [0; 16],
            counter: 0,
        };
        let plain = opened.unwrap_mac(&external);
        assert_eq!(
            plain,
            opened.keys.host_cryptogram(&host, &card),
            "{}",
            case.origin()
        );
        Ok(opened)
    }

    /// Verifies the C-MAC of a command with data, and returns the data as sent.
    fn unwrap_mac<'a>(&mut self, command: &'a [u8]) -> &'a [u8] {
        let (header, rest) = command.split_first_chunk::<5>().unwrap();
        let (data, rest) = rest.split_at(usize::from(header[4]) - 8);
        self.chaining = scp03::cmac(self.keys.mac.as_bytes(), &self.chaining, header, data);
        assert_eq!(rest[..8], self.chaining[..8], "C-MAC");
        data
    }

    /// The plain data of the next command.
    fn command(&mut self, command: &[u8]) -> Vec<u8> {
        self.counter += 1; // for each command, with data or without (Amendment D, 6.2.6)
        let mut data = self.unwrap_mac(command).to_vec();
        if self.level & C_DECRYPTION != 0 && !data.is_empty() {
            let s_enc = self.keys.enc.as_bytes();
            let iv = scp03::command_iv(s_enc, self.counter);
            aes_cbc_decrypt(s_enc, &iv, &mut data).unwrap();
            data.truncate(padding::unpad80(&data).expect("padding of the command"));
        }
        data
    }

    /// The answer to the last command as it goes over the line.
    fn answer(&self, plain: &[u8]) -> Vec<u8> {
        let mut data = plain.to_vec();
        if self.level & R_ENCRYPTION != 0 && !data.is_empty() {
            let s_enc = self.keys.enc.as_bytes();
            data.resize(plain.len() + 16, 0);
            let padded = padding::pad80(&mut data, plain.len(), 16).unwrap();
            data.truncate(padded);
            let iv = scp03::response_iv(s_enc, self.counter);
            card_crypto::block::aes_cbc_encrypt(s_enc, &iv, &mut data).unwrap();
        }
        if self.level & R_MAC != 0 {
            let status = [0x90, 0x00];
            data.extend(scp03::rmac(
                self.keys.rmac.as_bytes(),
                &self.chaining,
                &data,
                status,
            ));
        }
        data
    }
}

impl Card {
    /// The host's reading of an answer: R-MAC verified, deciphered, padding removed.
    fn read_answer(&self, answer: &[u8]) -> Vec<u8> {
        let mut data = answer.to_vec();
        if self.level & R_MAC != 0 {
            let (sent, mac) = answer.split_last_chunk::<8>().unwrap();
            let status = [0x90, 0x00];
            let expected = scp03::rmac(self.keys.rmac.as_bytes(), &self.chaining, sent, status);
            assert_eq!(*mac, expected, "R-MAC");
            data.truncate(sent.len());
        }
        if self.level & R_ENCRYPTION != 0 && !data.is_empty() {
            let s_enc = self.keys.enc.as_bytes();
            let iv = scp03::response_iv(s_enc, self.counter);
            aes_cbc_decrypt(s_enc, &iv, &mut data).unwrap();
            data.truncate(padding::unpad80(&data).expect("padding of the answer"));
        }
        data
    }
}

/// Catches: everything on which two sides with the same code would agree and the rest of the world would not.
#[test]
fn sessions_of_others() -> Outcome {
    for case in cases("published/scp03")? {
        let mut card = Card::open(&case)?;
        let mut commands = 0;
        while let Some(command) = case.get(&format!("command-{}", commands + 1)) {
            commands += 1;
            let plain = case.bytes(&format!("plain-{commands}"))?;
            // CLA INS P1 P2, then Lc and data, then perhaps Le.
            let expected = match plain.get(4) {
                Some(&lc) if plain.len() > 5 => &plain[5..5 + usize::from(lc)],
                _ => &[][..],
            };
            assert_eq!(
                card.command(command),
                expected,
                "{} command {commands}",
                case.origin()
            );
            if let Some(answer) = case.get(&format!("answer-{commands}")) {
                let plain = case.bytes(&format!("answer-plain-{commands}"))?;
                let what = format!("{} answer {commands}", case.origin());
                assert_eq!(card.read_answer(answer), plain, "{what}");
                let ours = card.answer(plain);
                // One recorded card pads with a block more than it must: then only the reading counts.
                assert!(ours == answer || ours.len() + 16 == answer.len(), "{what}");
            }
        }
        assert!(commands >= 3, "{}: too few commands", case.origin());
    }
    Ok(())
}
