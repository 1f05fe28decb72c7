//! What failures have in common: a message without what is different from object to object.
//!
//! Three hundred clusters report one cause in three hundred texts, which differ in names, hashes, paths and numbers.
//! With these taken out they are one text. How it is done decides which failures are one group, and the keys of groups
//! are kept by people, so a change here is a change of an interface.

#[cfg(test)]
mod tests;
mod writer;

use std::fmt::Write as _;
use writer::Writer;

/// Longest text of a cause, in bytes.
pub const MAX_CAUSE: usize = 400;

const NUMBER: &str = "<n>";
const ID: &str = "<id>";
const NAME: &str = "<name>";
const URL: &str = "<url>";
const PATH: &str = "<path>";
const PLACEHOLDERS: [&str; 5] = [NUMBER, ID, NAME, URL, PATH];

/// Units behind a number, as Go, Kubernetes and Helm write them, and the letters of a date.
const UNITS: [&str; 30] = [
    "s", "ms", "us", "µs", "ns", "m", "h", "d", "y", "k", "K", "M", "G", "T", "Ki", "Mi", "Gi",
    "Ti", "B", "KB", "MB", "GB", "KiB", "MiB", "GiB", "Z", "x", "e", "th", "st",
];

/// Words that look like names, and aren't.
const WORDS: [&str; 54] = [
    "and/or",
    "api-server",
    "auto-upgrade",
    "back-off",
    "base64",
    "built-in",
    "client-side",
    "cluster-scoped",
    "cluster-wide",
    "cross-namespace",
    "dry-run",
    "e.g",
    "force-push",
    "go-template",
    "http2",
    "i.e",
    "i/o",
    "in-cluster",
    "ipv4",
    "ipv6",
    "k8s",
    "kube-apiserver",
    "md5",
    "non-empty",
    "non-fast-forward",
    "non-zero",
    "oauth2",
    "out-of-band",
    "post-delete",
    "post-install",
    "post-render",
    "post-rollback",
    "post-upgrade",
    "pre-delete",
    "pre-flight",
    "pre-install",
    "pre-rollback",
    "pre-upgrade",
    "re-create",
    "ready/completed",
    "read-only",
    "read/write",
    "roll-back",
    "round-trip",
    "self-signed",
    "server-side",
    "sha1",
    "sha256",
    "sha512",
    "strategic-merge",
    "time-out",
    "up-to-date",
    "utf8",
    "x509",
];

/// The text of the cause that `message` reports: names, hashes, ids, numbers, addresses and paths are replaced by
/// `<name>`, `<id>`, `<n>`, `<url>` and `<path>`, white space by single spaces; repetitions in a list (`[a, a]`) are
/// dropped; it is cut at [`MAX_CAUSE`] bytes. Words stay, and so do names of kinds, reasons and states, which Kubernetes
/// writes with capitals and names of objects without.
///
/// Applied to its own result it changes nothing. Empty only where the message holds nothing but white space.
pub fn cause(message: &str) -> String {
    let mut scanner = Scanner { rest: message, out: Writer::default() };
    while !scanner.out.is_full && scanner.step() {}
    scanner.out.text
}

/// A short name for a text, the same on every machine and in every version: FNV-1a of its bytes, 64 bits in hexadecimal.
pub fn stable_key(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let mut key = String::with_capacity(16);
    // Writing to a String cannot fail.
    let _ = write!(key, "{hash:016x}");
    key
}

struct Scanner<'a> {
    rest: &'a str,
    out: Writer,
}

impl Scanner<'_> {
    /// Reads one piece; `false` at the end.
    fn step(&mut self) -> bool {
        let Some(first) = self.rest.chars().next() else { return false };
        if is_space(first) {
            self.rest = self.rest.trim_start_matches(is_space);
            if !self.rest.is_empty() {
                self.out.space();
            }
        } else if let Some(known) = PLACEHOLDERS.iter().find(|known| self.rest.starts_with(**known))
        {
            self.take(known.len());
            self.out.piece(&[known]);
        } else if is_run(first) {
            self.run();
        } else if first == '\\' && is_quote(self.rest.trim_start_matches('\\')) {
            self.rest = self.rest.trim_start_matches('\\');
        } else if !is_quote(self.rest) || !self.quoted(first) {
            self.take(first.len_utf8());
            self.out.literal(first);
        }
        true
    }

    fn take(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    /// Letters, digits, and what joins them to names, numbers, paths and addresses.
    fn run(&mut self) {
        let run = run_of(self.rest);
        if run.contains("://") {
            let address = address_of(self.rest);
            self.take(address.len());
            self.out.piece(&[URL]);
            return;
        }
        self.take(run.len());
        let (before, token, behind) = trimmed(run);
        before.chars().for_each(|c| self.out.literal(c));
        if !token.is_empty() {
            match classify(token) {
                Class::Word => self.out.piece(&[token]),
                Class::Named(kind) => self.out.piece(&[kind, "/", NAME]),
                Class::Replaced(placeholder) => self.out.piece(&[placeholder]),
            }
        }
        behind.chars().for_each(|c| self.out.literal(c));
    }

    /// A name in quotes. `false`: what follows the quote is more than a name, or none.
    fn quoted(&mut self, quote: char) -> bool {
        let inside = self.rest.get(quote.len_utf8()..).unwrap_or_default();
        let run = run_of(inside);
        let name = if run.contains("://") { address_of(inside) } else { run };
        let behind = inside.get(name.len()..).unwrap_or_default().trim_start_matches('\\');
        let Some(behind) = behind.strip_prefix(quote) else { return false };
        let (_, token, _) = trimmed(name);
        if token.is_empty() {
            return false;
        }
        let mut quotes = [0; 4];
        let quote = &*quote.encode_utf8(&mut quotes);
        if self.out.is_before_key() && behind.starts_with(':') && is_letters(name) {
            // A member of a JSON object.
            self.rest = behind.get(1..).unwrap_or_default();
            self.out.piece(&[quote, name, quote, ":"]);
            return true;
        }
        self.rest = behind;
        if is_letters(name) && name.contains(char::is_uppercase) {
            self.out.piece(&[quote, name, quote]);
        } else if name.contains("://") {
            self.out.piece(&[URL]);
        } else {
            let placeholder = match classify(token) {
                Class::Word | Class::Named(_) => NAME,
                Class::Replaced(placeholder) => placeholder,
            };
            self.out.piece(&[placeholder]);
        }
        true
    }
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

fn is_quote(text: &str) -> bool {
    text.starts_with(['\'', '"', '`'])
}

fn is_run(c: char) -> bool {
    c.is_alphanumeric() || is_joint(c)
}

fn is_joint(c: char) -> bool {
    matches!(c, '-' | '_' | '.' | '/' | '@' | ':' | '~' | '+' | '%')
}

fn is_letters(text: &str) -> bool {
    text.chars().all(char::is_alphabetic)
}

/// What `text` begins with that is one run.
fn run_of(text: &str) -> &str {
    text.find(|c| !is_run(c)).map_or(text, |end| &text[..end])
}

/// The address that `text` begins with.
fn address_of(text: &str) -> &str {
    let ends = |c: char| {
        is_space(c)
            || matches!(c, '\'' | '"' | '`' | '<' | '>' | '\\' | ')' | ']' | '}' | ',' | ';')
    };
    text.find(ends).map_or(text, |end| &text[..end]).trim_end_matches(['.', ':'])
}

/// Whether a run begins as a path does.
fn is_path(run: &str) -> bool {
    run.contains('/') && run.starts_with(['/', '.', '~'])
}

/// A run without the punctuation around it, which goes before and behind. Nothing but punctuation goes before.
fn trimmed(run: &str) -> (&str, &str, &str) {
    let token = run.trim_end_matches(is_joint);
    let behind = &run[token.len()..];
    if token.is_empty() {
        return (run, "", "");
    }
    let inner = if is_path(token) { token } else { token.trim_start_matches(is_joint) };
    (&token[..token.len() - inner.len()], inner, behind)
}

/// What a token, which begins and ends with a letter or digit or begins as a path, is.
enum Class<'a> {
    /// One that stays.
    Word,
    /// `Kind/…`: the kind stays.
    Named(&'a str),
    Replaced(&'static str),
}

fn classify(token: &str) -> Class<'_> {
    if is_path(token) {
        return Class::Replaced(PATH);
    }
    if is_letters(token) || WORDS.iter().any(|word| word.eq_ignore_ascii_case(token)) {
        return Class::Word;
    }
    if !token.contains(char::is_alphabetic) || is_quantity(token) {
        return Class::Replaced(NUMBER);
    }
    if is_id(token) {
        return Class::Replaced(ID);
    }
    if let Some((first, more)) = token.split_once('/') {
        let is_kind = first.starts_with(char::is_uppercase)
            && first.chars().all(|c| c.is_alphabetic() || c == '.')
            && !first.ends_with('.');
        return match (is_kind, more.contains('/')) {
            (true, _) => Class::Named(first),
            (false, true) => Class::Replaced(PATH),
            (false, false) => Class::Replaced(NAME),
        };
    }
    let has_digit = token.contains(char::is_numeric);
    let is_code = token.contains(char::is_uppercase) && !token.contains('@');
    let is_snake_case = token.chars().all(|c| c.is_alphabetic() || c == '_');
    let is_field = ["spec.", "metadata.", "status."].iter().any(|first| token.starts_with(first));
    if !has_digit && (is_code || is_snake_case || is_field) {
        return Class::Word;
    }
    Class::Replaced(NAME)
}

/// A number with its units, a duration, a size, a time, an address of digits, or a version.
fn is_quantity(token: &str) -> bool {
    let digits = token.strip_prefix(['v', 'V']).unwrap_or(token);
    digits.starts_with(|c: char| c.is_numeric())
        && digits
            .split(|c: char| !c.is_alphabetic())
            .all(|letters| letters.is_empty() || UNITS.contains(&letters))
}

/// A GUID, or a hash with or without something before it that names it.
fn is_id(token: &str) -> bool {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let tail = token.rsplit(['/', ':', '@']).next().unwrap_or(token);
    let is_hash = tail.len() >= 7 && is_hex(tail) && tail.contains(|c: char| c.is_ascii_digit());
    let is_guid = || {
        let lengths = tail.split('-').map(str::len);
        lengths.eq([8, 4, 4, 4, 12]) && tail.split('-').all(is_hex)
    };
    is_hash || is_guid()
}
