// javax.smartcardio, the card terminal of every JDK, on one reader with T=0. It fetches 61xx by itself, and repeats the class of the
// command in GET RESPONSE: 84 in a secure channel.
//
//   java SmartcardIo.java READER channel VERSION KEY    SCP03 at level 33 with three equal keys, then GET DATA 00E0 in the channel
//   java SmartcardIo.java READER records                SSSE's FCI and the records of EF05
//
// Prints NAME=HEX lines. SCP03 is written here from GlobalPlatform's Amendment D; of AES the JDK has the block only.

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import javax.smartcardio.Card;
import javax.smartcardio.CardChannel;
import javax.smartcardio.CardException;
import javax.smartcardio.CommandAPDU;
import javax.smartcardio.ResponseAPDU;
import javax.smartcardio.TerminalFactory;

public class SmartcardIo {
    static final HexFormat HEX = HexFormat.of();

    public static void main(String[] arguments) throws Exception {
        Card card = TerminalFactory.getDefault().terminals().getTerminal(arguments[0]).connect("T=0");
        try {
            CardChannel line = card.getBasicChannel();
            switch (arguments[1]) {
                case "channel" -> channel(line, Integer.parseInt(arguments[2], 16), HEX.parseHex(arguments[3]));
                case "records" -> records(line);
                default -> throw new IllegalArgumentException(arguments[1]);
            }
        } finally {
            card.disconnect(true);
        }
    }

    static void records(CardChannel line) throws CardException {
        byte[] ssse = HEX.parseHex("7378312e73682ec9e7bbe1b1a3d5cf");
        print("fci", ok(line, new CommandAPDU(0x00, 0xA4, 0x04, 0x00, ssse, 256)));
        for (int number = 1; number <= 7; number++) {
            // The EF's short identifier 05, and a record by its number.
            print("record" + number, ok(line, new CommandAPDU(0x00, 0xB2, number, 0x05 << 3 | 4, 256)));
        }
    }

    static void channel(CardChannel line, int version, byte[] key) throws Exception {
        ok(line, new CommandAPDU(0x00, 0xA4, 0x04, 0x00, HEX.parseHex("a000000151000000"), 256));
        byte[] host = HEX.parseHex("0102030405060708");
        byte[] answer = ok(line, new CommandAPDU(0x80, 0x50, version, 0x00, host, 256));
        print("initialize", answer);
        Scp03 channel = new Scp03(key, host, answer);
        ok(line, channel.wrap(0x82, 0x33, 0x00, channel.hostCryptogram, false));
        // The command itself, so that a class which GET RESPONSE repeats is the one of a secure channel.
        CommandAPDU command = channel.wrap(0xCA, 0x00, 0xE0, new byte[0], true);
        ResponseAPDU response = line.transmit(command);
        if (response.getSW() != 0x9000) {
            throw new CardException("the card answered %04X to GET DATA in the channel".formatted(response.getSW()));
        }
        print("keys", channel.unwrap(response));
    }

    static byte[] ok(CardChannel line, CommandAPDU command) throws CardException {
        ResponseAPDU answer = line.transmit(command);
        if (answer.getSW() != 0x9000) {
            throw new CardException("the card answered %04X to %s".formatted(answer.getSW(), HEX.formatHex(command.getBytes())));
        }
        return answer.getData();
    }

    static void print(String name, byte[] value) {
        System.out.println(name + "=" + HEX.formatHex(value));
    }

    /** A session of level 33: MAC and cipher on commands and answers. */
    static class Scp03 {
        final byte[] enc, mac, rmac, hostCryptogram;
        byte[] chaining = new byte[16];
        int counter = 0;

        Scp03(byte[] key, byte[] host, byte[] answer) throws GeneralSecurityException {
            // Diversification data (10), version, 03, i, then challenge (8), cryptogram (8), sequence counter (3).
            byte[] context = join(host, Arrays.copyOfRange(answer, 13, 21));
            enc = derive(key, 0x04, 128, context);
            mac = derive(key, 0x06, 128, context);
            rmac = derive(key, 0x07, 128, context);
            if (!Arrays.equals(derive(mac, 0x00, 64, context), Arrays.copyOfRange(answer, 21, 29))) {
                throw new GeneralSecurityException("the card's cryptogram is not that of these keys");
            }
            hostCryptogram = derive(mac, 0x01, 64, context);
        }

        /** With class 84 and a MAC; nothing that this client sends inside has data to encipher. */
        CommandAPDU wrap(int ins, int p1, int p2, byte[] data, boolean inside) throws GeneralSecurityException {
            counter += inside ? 1 : 0;
            byte[] header = {(byte) 0x84, (byte) ins, (byte) p1, (byte) p2, (byte) (data.length + 8)};
            chaining = cmac(mac, join(chaining, join(header, data)));
            return new CommandAPDU(0x84, ins, p1, p2, join(data, Arrays.copyOf(chaining, 8)), 256);
        }

        byte[] unwrap(ResponseAPDU response) throws GeneralSecurityException {
            byte[] whole = response.getData();
            byte[] data = Arrays.copyOf(whole, whole.length - 8), status = {(byte) response.getSW1(), (byte) response.getSW2()};
            byte[] expected = Arrays.copyOf(cmac(rmac, join(chaining, join(data, status))), 8);
            if (!Arrays.equals(expected, Arrays.copyOfRange(whole, data.length, whole.length))) {
                throw new GeneralSecurityException("the answer's MAC is wrong");
            }
            byte[] number = new byte[16];
            number[0] = (byte) 0x80;
            number[15] = (byte) counter;
            Cipher cbc = Cipher.getInstance("AES/CBC/NoPadding");
            cbc.init(Cipher.DECRYPT_MODE, new SecretKeySpec(enc, "AES"), new IvParameterSpec(block(enc, number)));
            byte[] plain = cbc.doFinal(data);
            int end = plain.length - 1;
            while (plain[end] == 0) {
                end--;
            }
            return Arrays.copyOf(plain, end);
        }

        static byte[] derive(byte[] key, int constant, int bits, byte[] context) throws GeneralSecurityException {
            byte[] head = new byte[16];
            head[11] = (byte) constant;
            head[14] = (byte) bits;
            head[15] = 1;
            return Arrays.copyOf(cmac(key, join(head, context)), bits / 8);
        }
    }

    /** AES-CMAC (NIST SP 800-38B). */
    static byte[] cmac(byte[] key, byte[] data) throws GeneralSecurityException {
        byte[] last = twice(block(key, new byte[16]));
        int tail = data.length % 16;
        if (data.length == 0 || tail != 0) {
            last = twice(last);
            data = Arrays.copyOf(join(data, new byte[] {(byte) 0x80}), data.length - tail + 16);
        }
        byte[] state = new byte[16];
        for (int at = 0; at < data.length; at++) {
            state[at % 16] ^= data[at];
            if (at >= data.length - 16) {
                state[at % 16] ^= last[at % 16];
            }
            if (at % 16 == 15) {
                state = block(key, state);
            }
        }
        return state;
    }

    /** Times x in GF(2^128). */
    static byte[] twice(byte[] value) {
        byte[] out = new byte[16];
        for (int at = 0; at < 16; at++) {
            out[at] = (byte) (value[at] << 1 | (at < 15 ? (value[at + 1] & 0xFF) >> 7 : 0));
        }
        out[15] ^= value[0] < 0 ? (byte) 0x87 : 0;
        return out;
    }

    static byte[] block(byte[] key, byte[] data) throws GeneralSecurityException {
        Cipher aes = Cipher.getInstance("AES/ECB/NoPadding");
        aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
        return aes.doFinal(data);
    }

    static byte[] join(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
