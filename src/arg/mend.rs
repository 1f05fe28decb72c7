//! Pages that a JSON parser refuses because of single values: texts mended, and rows found one by one.
//!
//! Azure copies messages of controllers into rows as they are, cut at some length. What comes of it may be half a
//! character (`"\ud83d"`), bytes that are not UTF-8, a raw line break or a number that JSON doesn't have. Such a value must
//! cost one row at most, not the page.

use std::fmt::Write as _;

/// A copy of a reply in which every text is one: half a character, and bytes that are not UTF-8, become U+FFFD; control
/// characters and lone backslashes are escaped. `NaN` and `Infinity` become `null`. A byte order mark goes.
pub(super) fn mended(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let mut rest = text.trim_start_matches('\u{feff}');
    let mut mended = String::with_capacity(rest.len() + 64);
    while let Some(quote) = rest.find('"') {
        finite(&rest[..quote], &mut mended);
        rest = string(&rest[quote..], &mut mended);
    }
    finite(rest, &mut mended);
    mended
}

/// What is between texts.
fn finite(between: &str, mended: &mut String) {
    if between.contains(['N', 'I']) {
        let no_number = between.replace("-Infinity", "null").replace("Infinity", "null");
        mended.push_str(&no_number.replace("NaN", "null"));
    } else {
        mended.push_str(between);
    }
}

/// The text that `rest` begins with, quotes included; gives what is behind it.
fn string<'a>(rest: &'a str, mended: &mut String) -> &'a str {
    mended.push('"');
    let mut rest = &rest[1..];
    loop {
        let plain = rest.find(|c: char| matches!(c, '"' | '\\') || c < ' ').unwrap_or(rest.len());
        mended.push_str(&rest[..plain]);
        rest = &rest[plain..];
        match rest.as_bytes() {
            [] => return rest,
            [b'"', ..] => {
                mended.push('"');
                return &rest[1..];
            }
            [b'\\', b'u', ..] => rest = unicode(rest, mended),
            [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => {
                mended.push_str(&rest[..2]);
                rest = &rest[2..];
            }
            [b'\\', ..] => {
                mended.push_str("\\\\");
                rest = &rest[1..];
            }
            [control, ..] => {
                // Writing to a String cannot fail.
                let _ = write!(mended, "\\u{control:04x}");
                rest = &rest[1..];
            }
        }
    }
}

/// The escape `\uXXXX`, or the two of them that make one character.
fn unicode<'a>(rest: &'a str, mended: &mut String) -> &'a str {
    let unit = |rest: &str| {
        let digits = rest.strip_prefix("\\u")?.get(..4)?;
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        u16::from_str_radix(digits, 16).ok().filter(|_| is_hex)
    };
    let behind = rest.get(6..).unwrap_or_default();
    let length = match unit(rest) {
        Some(0xd800..=0xdbff) if matches!(unit(behind), Some(0xdc00..=0xdfff)) => 12,
        Some(0xd800..=0xdfff) => {
            mended.push_str("\\ufffd");
            return behind;
        }
        Some(_) => 6,
        None => {
            mended.push_str("\\\\u");
            return &rest[2..];
        }
    };
    mended.push_str(&rest[..length]);
    &rest[length..]
}

/// A reply without its rows, and the rows, each as it is.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Apart<'a> {
    /// The reply with an empty list `data`.
    pub(super) envelope: String,
    pub(super) rows: Vec<&'a str>,
}

/// Finds the rows of a reply by its brackets and quotes, without a look at what is in them. `None`: the reply is cut off,
/// or has no list `data`.
pub(super) fn apart(reply: &str) -> Option<Apart<'_>> {
    let mut depth = 0_usize;
    // Where the list `data` begins, behind its bracket, and where the row being read does.
    let (mut list, mut row) = (None, 0);
    let mut rows = Vec::new();
    let mut end = None;
    // The text that was read last, on the level of the reply's members.
    let mut name = "";
    let bytes = reply.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let in_list = list.is_some() && end.is_none();
        match byte {
            b'"' => {
                let length = length_of_string(&bytes[at..])?;
                if depth == 1 {
                    name = reply.get(at + 1..at + length - 1)?;
                }
                at += length;
                continue;
            }
            b'[' | b'{' => {
                depth += 1;
                if byte == b'[' && depth == 2 && list.is_none() && same_name(name, "data") {
                    list = Some(at + 1);
                    row = at + 1;
                }
            }
            b']' | b'}' => {
                if in_list && depth == 2 {
                    rows.push(&reply[row..at]);
                    end = Some(at);
                }
                depth = depth.checked_sub(1)?;
            }
            b',' if in_list && depth == 2 => {
                rows.push(&reply[row..at]);
                row = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    let (list, end) = (list?, end.filter(|_| depth == 0)?);
    if let [only] = rows.as_slice()
        && only.trim().is_empty()
    {
        rows.clear();
    }
    Some(Apart { envelope: format!("{}{}", &reply[..list], &reply[end..]), rows })
}

fn same_name(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
}

/// How many bytes the text takes that `bytes` begin with, quotes included. `None`: it has no end.
fn length_of_string(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn read(body: &[u8]) -> Value {
        let mended = mended(body);
        serde_json::from_str(&mended).unwrap_or_else(|error| panic!("{error}: {mended}"))
    }

    #[test]
    fn texts_that_are_none_are_mended() {
        for (body, text) in [
            (&br#"["\ud83d"]"#[..], "\u{fffd}"),
            (br#"["a\ude00b"]"#, "a\u{fffd}b"),
            (br#"["\ud83d\ud83d\ude00"]"#, "\u{fffd}\u{1f600}"),
            (br#"["\ud83d\u0041"]"#, "\u{fffd}A"),
            (br#"["\uD83D\uDE00"]"#, "\u{1f600}"),
            (br#"["\\ud83d"]"#, "\\ud83d"),
            (br#"["\ud8"]"#, "\\ud8"),
            (br#"["\u00e9\q"]"#, "\u{e9}\\q"),
            (b"[\"a\xffb\xc3\"]", "a\u{fffd}b\u{fffd}"),
            (b"[\"a\nb\tc\x00\"]", "a\nb\tc\0"),
            (b"\xef\xbb\xbf[\"NaN, Infinity\"]", "NaN, Infinity"),
        ] {
            assert_eq!(read(body), json!([text]), "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn numbers_that_json_does_not_have_become_null() {
        assert_eq!(
            read(br#"{"N":NaN,"i":[-Infinity,Infinity],"n":1}"#),
            json!({ "N": null, "i": [null, null], "n": 1 })
        );
    }

    #[test]
    fn rows_are_found_whatever_is_in_them() {
        let reply = r#"{"x":{"data":[9]},"count":3,"data":[ {"a":"],[\"{"} , 1e999,[[{}]]],"more":["data"]}"#;
        let found = apart(reply).expect("rows");
        assert_eq!(found.rows, [r#" {"a":"],[\"{"} "#, " 1e999", "[[{}]]"]);
        let envelope: Value = serde_json::from_str(&found.envelope).expect("JSON");
        assert_eq!(envelope["data"], json!([]));
        assert_eq!(envelope["more"], json!(["data"]));
        assert!(apart(r#"{"data":[ ]}"#).expect("no rows").rows.is_empty());
    }

    #[test]
    fn a_reply_that_is_cut_off_has_no_rows() {
        let reply = r#"{"data":[{"a":"b"},{"c":[1]}],"count":2}"#;
        for end in 0..reply.len() {
            assert_eq!(apart(&reply[..end]), None, "{end}");
        }
        for other in ["[]", "{}", r#"{"data":{}}"#, "]", "", r#"{"data":{"data":[1]}}"#] {
            assert_eq!(apart(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn what_is_json_stays_what_it_is(text in any::<String>(), number in any::<i64>()) {
            let value = json!({ "NaN": [text, number, null], &text: { "Infinity": true } });
            prop_assert_eq!(read(value.to_string().as_bytes()), value);
        }

        #[test]
        fn no_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..300)) {
            let mended = mended(&body);
            let _ = apart(&mended);
        }

        #[test]
        fn no_text_of_awkward_parts_makes_it_panic(body in "[\\\\u\"d8cf{}\\[\\],:aé\n]{0,60}") {
            let mended = mended(body.as_bytes());
            let _ = apart(&mended);
        }
    }
}
