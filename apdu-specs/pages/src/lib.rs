//! The pages of the manual as texts. The test `manual` of `apdu-specs` compares them with what is stored.

mod certificates;
mod codes;
mod commands;
mod files;
mod keys;
mod personalization;
mod sam;
mod status_words;
mod tags;
mod terminal_codes;
mod text;

/// File name and text of every page.
pub fn all() -> Vec<(&'static str, String)> {
    let pages = [
        ("commands.md", commands::page()),
        ("status-words.md", status_words::page()),
        ("files.md", files::page()),
        ("codes.md", codes::page()),
        ("keys.md", keys::page()),
        ("psam.md", sam::page()),
        ("tags.md", tags::page()),
        ("personalization.md", personalization::page()),
        ("terminal-codes.md", terminal_codes::page()),
        ("certificates.md", certificates::page()),
    ];
    let index = index(
        &pages
            .each_ref()
            .map(|(name, page)| (*name, text::title(page))),
    );
    std::iter::once(("README.md", index)).chain(pages).collect()
}

fn index(pages: &[(&str, &str)]) -> String {
    let mut page = text::page("The social security card: manual 社会保障卡手册");
    page.push_str(
        "What the card understands and holds, generated from the tables of `apdu-specs`: do not edit by hand, run\n\
         `cargo run -p apdu-specs --example manual`. Numbers are hexadecimal unless a unit stands with them.\n\n",
    );
    for (name, title) in pages {
        page.push_str(&format!("- [{title}]({name})\n"));
    }
    page.push_str(
        "\n## Evidence 依据\n\n\
         The standards LD/T 32 and LD/T 33 are not freely published. Every entry carries a mark that says how it is known:\n\n\
         | mark | meaning | 含义 |\n|---|---|---|\n\
         | C | confirmed: two or more independent sources agree, or a published standard says so | 已确认：两个以上独立来源一致，或见于公开标准 |\n\
         | S | a single source | 单一来源 |\n\
         | X | sources conflict: the choice made is named beside it | 来源矛盾，旁注所作选择 |\n\
         | P | project-defined: nothing public was found; chosen by analogy | 本项目自定：未见公开资料，按类比选定 |\n\n\
         Whoever holds the standard: check S, X and P first.\n",
    );
    page
}
