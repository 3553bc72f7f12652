//! What an order of cards says beside its batch; `ssc job create` and `ssc issue` ask for the same.

use std::path::{Path, PathBuf};

use apdu_specs::Generation;
use apdu_specs::applications::ssc::directories;
use apdu_specs::keys::FIRST_KEY_VERSION;
use ssc_bureau::batch::{BatchReader, ReadOptions, RefusedFile};
use ssc_bureau::card_model::CardModel;
use ssc_bureau::engine;
use ssc_bureau::job::{Created, Creation, Decider};
use ssc_bureau::profile::{PinRule, Profile};
use ssc_bureau::register::{JobRecord, Register};
use ssc_keys::KeyService;
use ssc_keys::service::NO_CHIP;
use ssc_person::{Date, Region};
use ssc_words::Lang;
use ssc_words::shell::word;

use crate::commands::row::Arguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::findings::Findings;
use crate::profile_file::DecidedArgs;
use crate::text::{Text, text};
use crate::ui::Ui;
use crate::values;

/// What is decided where the rows do not.
#[derive(Debug, clap::Args)]
pub struct OrderArgs {
    /// Generation of the cards: 1.00, 2.00 or 3.00
    #[arg(long, value_name = "VERSION", value_parser = values::generation, required_unless_present = "profile")]
    generation: Option<Generation>,
    /// Profile, TOML, in the place of the four options for one; the job keeps its text
    #[arg(long, value_name = "FILE", conflicts_with_all = ["generation", "certificates", "region", "first_card_number"])]
    profile: Option<PathBuf>,
    /// Give each card the certificate environment (3.00): its PIN is the card's, its keys come from the vault
    #[arg(long)]
    certificates: bool,
    /// Region of cards whose row has no AAB301, six digits
    #[arg(long, value_name = "CODE", value_parser = values::region)]
    region: Option<Region>,
    /// First of the card numbers for rows that have none; numbers that the register has given are passed over
    #[arg(long, value_name = "N")]
    first_card_number: Option<u32>,
    /// Folder of photos that are named by their persons' numbers
    #[arg(long, value_name = "DIR")]
    photos: Option<PathBuf>,
    /// Take the rows without faults
    #[arg(long)]
    skip_invalid: bool,
    /// File of refused rows, which must not exist yet; without it the batch's name with .refused.csv
    #[arg(long, value_name = "FILE", requires = "skip_invalid")]
    refused: Option<PathBuf>,
    /// Name of the job; without it that of the batch's file
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

impl OrderArgs {
    /// What they are in Chinese.
    pub const CHINESE: Arguments = Arguments {
        own: &[
            ("generation", "卡的规范版本：1.00、2.00 或 3.00"),
            (
                "profile",
                "配置文件（TOML），代替其他四个选项；其文本随作业保存",
            ),
            (
                "certificates",
                "为每张卡建立证书环境（3.00 版）：其密码同卡的 PIN，其密钥来自密钥库",
            ),
            ("region", "行中没有 AAB301 时的行政区划代码，六位数字"),
            (
                "first_card_number",
                "行中没有卡号时的起始卡号；登记簿已发出的号码自动跳过",
            ),
            ("photos", "照片文件夹，照片以持卡人号码命名"),
            ("skip_invalid", "只取没有错误的行"),
            (
                "refused",
                "被拒绝行的文件，不得已存在；缺省为批次名加 .refused.csv",
            ),
            ("name", "作业名称；缺省为批次文件名"),
        ],
        flattened: &[],
    };
}

/// A job that was made, and the file of refused rows if there are any.
pub struct Made {
    /// The job.
    pub created: Created,
    /// Its name.
    pub name: String,
    /// The file of refused rows.
    pub refused: Option<PathBuf>,
}

impl OrderArgs {
    /// The file of refused rows, where somebody has named it.
    pub fn refused(&self) -> Option<&Path> {
        self.refused.as_deref()
    }

    /// Reads the batch, and makes a job of it in the register.
    ///
    /// # Errors
    /// Faults in the batch; what the register refuses; files that cannot be read or written. Nothing is kept then.
    pub fn make(
        &self,
        file: &Path,
        register: &Register,
        keys: &dyn KeyService,
        ui: &Ui,
    ) -> Result<Made, Failure> {
        self.note_region(ui);
        let decider = Decider::new(self.profile(keys.is_demo())?, Date::today())
            .of_file(self.profile.as_deref());
        keys_for(decider.profile().model, keys)?;
        let read = ReadOptions {
            model: Some(decider.profile().model),
            rare: decider.profile().rare.clone(),
            photos: self.photos.clone(),
            ..ReadOptions::default()
        };
        let mut reader = BatchReader::open(file, &read)?;
        let mut findings = Findings::default();
        findings.of_file(&reader, ui);
        let batch_name = file.file_name().unwrap_or_default().to_string_lossy();
        let name = match &self.name {
            Some(name) => name.clone(),
            None => free_name(register, file)?,
        };
        let creation = Creation {
            name: name.clone(),
            batch_name: batch_name.into_owned(),
            decider: &decider,
            skip_invalid: self.skip_invalid,
            keys,
        };
        let path = self
            .refused
            .clone()
            .unwrap_or_else(|| file.with_extension("refused.csv"));
        // Before anything is made: a file that is in the way would be found too late.
        if self.skip_invalid && path.exists() {
            return Err(in_the_way(&path));
        }
        let mut refused: Option<RefusedFile> = None;
        let made = creation.make(&mut reader, register, &mut |reader, row, reason| {
            findings.of_row(row, reason, ui);
            if self.skip_invalid && row.is_refused() {
                if refused.is_none() {
                    refused = Some(RefusedFile::of(reader, &path, ui.lang)?);
                }
                if let Some(file) = &mut refused {
                    file.row(row)?;
                }
            }
            Ok(())
        });
        findings.sum_up(&reader, ui);
        let created =
            made.map_err(|error| Failure::from(error).with_report(findings.document()))?;
        let refused = match refused {
            Some(refused) => {
                if refused.has_lost_photos() {
                    ui.warn(&lost_photos(&path, file));
                }
                refused.create().map(|_| Some(path))?
            }
            None => None,
        };
        Ok(Made {
            created,
            name,
            refused,
        })
    }

    /// Whether a job was made with these keys and from what these options say.
    ///
    /// # Errors
    /// It was not: nothing is made of it with these.
    pub fn fit(
        &self,
        job: &JobRecord,
        keys: &dyn KeyService,
        (decided, ui): (DecidedArgs, &Ui),
    ) -> Result<(), Failure> {
        engine::are_keys_of(job, keys)?;
        let profile = self.profile(keys.is_demo())?;
        let is_same = profile.to_toml() == job.profile_text
            || matches!(
                profile.changed_since(&job.name, &job.profile_text),
                Ok(Ok(()))
            );
        if is_same {
            return Ok(());
        }
        if self.profile.is_some() && profile.model.name == job.card_model {
            return decided.judge(job, &profile, ui);
        }
        let (name, model, asked) = (word(&job.name), &job.card_model, profile.model.name);
        let (english, chinese) = if model == asked {
            (
                format!(
                    "job {name} was made with other options or another profile (generation, certificates, region, first card number): give those of its beginning, or run it as it is with `ssc job run {name}`"
                ),
                format!(
                    "作业 {name} 建立时的选项或配置不同（规范版本、证书、行政区划、起始卡号）：请按建立时给出，或用 `ssc job run {name}` 照原样运行"
                ),
            )
        } else {
            (
                format!(
                    "job {name} is one of cards of {model}, not of {asked}: no card was touched. Give the options of its beginning, or run it as it is with `ssc job run {name}`"
                ),
                format!(
                    "作业 {name} 制作的是 {model} 卡，不是 {asked}：未触及任何卡片。请按建立时的选项给出，或用 `ssc job run {name}` 照原样运行"
                ),
            )
        };
        Err(Failure::new(Exit::Input, text(english, chinese)))
    }

    /// The profile: a file, or that of the options.
    fn profile(&self, demo_keys: bool) -> Result<Profile, Failure> {
        let generation = match (&self.profile, self.generation) {
            (Some(path), _) => return open_profile(path),
            (None, generation) => generation.unwrap_or(Generation::V3),
        };
        let model = CardModel::ordered(generation, self.certificates)?;
        let pin = if demo_keys {
            PinRule::Demo
        } else {
            PinRule::Random
        };
        let first = self.first_card_number;
        Ok(Profile::of_options(model, self.region, first, pin))
    }

    fn note_region(&self, ui: &Ui) {
        if let Some(region) = self.region.filter(|region| !region.is_known()) {
            let region = region.as_str();
            ui.warn(&text(
                format!("the region {region} (--region) is not in GB/T 2260; cards are made for it all the same"),
                format!("GB/T 2260 中没有行政区划 {region}（--region）；仍按其制卡"),
            ));
        }
    }
}

/// Whether the keys can serve such cards at all, before anything is decided: a token has no SM4.
fn keys_for(model: &CardModel, keys: &dyn KeyService) -> Result<(), Failure> {
    let identification = directories(model.generation).find_map(|directory| directory.keys.first());
    if let Some(key) = identification {
        let (id, algorithm) = (key.vault_id, model.algorithm()?);
        keys.card_key(id, FIRST_KEY_VERSION, algorithm, b"000000", &NO_CHIP)?;
    }
    Ok(())
}

/// A profile for a job: with faults, each is said below the message.
///
/// # Errors
/// It cannot be read, or has faults.
pub fn open_profile(path: &Path) -> Result<Profile, Failure> {
    Profile::open(path).map_err(|error| {
        let faults = error.faults();
        let details = faults.iter().map(|fault| {
            let [english, chinese] = Lang::ALL.map(|lang| fault.say_at(lang));
            text(english, chinese)
        });
        Failure::of(&error)
            .with_report(serde_json::json!({ "faults": faults }))
            .with_details(details.collect())
    })
}

/// The photos of refused rows are in another folder than they will be looked for in.
fn lost_photos(path: &Path, batch: &Path) -> Text {
    let parent = batch
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let folder = parent.unwrap_or(Path::new(".")).display();
    let path = path.display();
    text(
        format!(
            "{path}: its rows name photos by paths from {folder}, where they are looked for only if the file is in that folder or one above it: move it there before you make a job of it"
        ),
        format!(
            "{path}：其中的照片路径以 {folder} 为准，只有该文件在此文件夹或其上级文件夹中才能找到：请先移到那里，再用它建立作业"
        ),
    )
}

fn in_the_way(path: &Path) -> Failure {
    let path = path.display();
    Failure::new(
        Exit::Output,
        text(
            format!(
                "{path} is there already, and may hold rows that wait for correction: name another with --refused"
            ),
            format!("{path} 已存在，其中可能有待更正的行：请用 --refused 另指定文件"),
        ),
    )
}

/// A job's name out of that of a file, which may be only digits (a number, for `ssc job`), begin with - or be long.
fn name_of(stem: &str) -> String {
    let clean = stem.chars().filter(|sign| !sign.is_control());
    let name: String = clean.take(80).collect();
    let name = name.trim();
    if name.bytes().all(|digit| digit.is_ascii_digit()) || name.starts_with('-') {
        format!("batch-{}", name.trim_start_matches('-'))
    } else {
        name.to_owned()
    }
}

/// The name of the batch's file without its ending, with a number behind it where another job has that.
fn free_name(register: &Register, file: &Path) -> Result<String, Failure> {
    let stem = name_of(&file.file_stem().unwrap_or_default().to_string_lossy());
    let mut name = stem.clone();
    let mut number = 2;
    while register.find(&name)?.is_some() {
        name = format!("{stem}-{number}");
        number += 1;
    }
    Ok(name)
}
