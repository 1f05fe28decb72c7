//! `docs/limits.md`: its numbers are the constants that it names.

use super::{page, root};
use regex::Regex;
use std::fs;

/// A row that names a constant: the number as people read it, the constant's name, its file.
fn rows() -> Vec<(String, String, String)> {
    let constant = Regex::new(r"^`([A-Z_]+)` in `(src/[a-z_/]+\.rs)`$").expect("a regex");
    let page = page("docs/limits.md");
    let rows = page.rows.iter().filter_map(|(_, cells)| {
        let found = constant.captures(cells.last()?)?;
        Some((cells.get(1)?.clone(), found[1].to_owned(), found[2].to_owned()))
    });
    rows.collect()
}

/// The number that a constant's expression stands for; of a duration, its milliseconds.
fn value(expression: &str) -> Option<u128> {
    let expression = expression.replace('_', "");
    let duration = Regex::new(r"^Duration::from(secs|millis)\((.*)\)$").expect("a regex");
    if let Some(found) = duration.captures(&expression) {
        let factor = if &found[1] == "secs" { 1_000 } else { 1 };
        return Some(value(&found[2])? * factor);
    }
    if let Some((left, right)) = expression.split_once("<<") {
        return Some(value(left)? << value(right)?);
    }
    expression.split('*').map(|factor| factor.trim().parse::<u128>().ok()).product()
}

/// The number in words: `7`, `11,000 points`, `128 MiB`, `5 min`; of a time, its
/// milliseconds.
fn in_words(text: &str) -> Option<u128> {
    let mut words = text.split_whitespace();
    let number: u128 = words.next()?.replace(',', "").parse().ok()?;
    let factor = match words.next().unwrap_or_default() {
        "s" => 1_000,
        "min" => 60_000,
        "h" => 3_600_000,
        "days" => 86_400_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        _ => 1,
    };
    Some(number * factor)
}

#[test]
fn numbers_are_those_of_the_code() {
    let rows = rows();
    assert!(rows.len() > 25, "{} rows name a constant", rows.len());
    let mut wrong = Vec::new();
    for (shown, name, file) in rows {
        let source = fs::read_to_string(root().join(&file)).unwrap_or_default();
        let declaration = Regex::new(&format!(r"const {name}: [A-Za-z0-9]+ =\s*([^;]+);"));
        let declared = declaration.expect("a regex").captures(&source).and_then(|f| value(&f[1]));
        if declared.is_none() || declared != in_words(&shown) {
            wrong.push(format!("{name} in {file} is {declared:?}, not {shown}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn expressions_and_words_are_read() {
    assert_eq!(value("Duration::from_secs(31 * 24 * 60 * 60)"), Some(2_678_400_000));
    assert_eq!((value("16 << 20"), value("8 * 1024 * 1024")), (Some(16_777_216), Some(8_388_608)));
    assert_eq!((value("11_000"), value("OTHER")), (Some(11_000), None));
    assert_eq!(
        (in_words("31 days"), in_words("11,000 points")),
        (Some(2_678_400_000), Some(11_000))
    );
    assert_eq!(in_words("many"), None);
}
