//! Quotes and parentheses in literals whose content isn't KQL.

/// Length of the text from `(` to the `)` that closes it, not counting parentheses in quotes.
pub(super) fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quote, mut escaped) = (0_usize, None, false);
    for (index, letter) in text.char_indices() {
        match (quote, letter) {
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if open == letter => quote = None,
            (None, '"' | '\'') => quote = Some(letter),
            (None, '(') => depth += 1,
            (None, ')') => {
                depth -= 1;
                if depth == 0 {
                    return Some(index + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// The content of `dynamic(…)` as JSON. Kusto allows single quotes there, which JSON doesn't.
pub(super) fn double_quoted(text: &str) -> String {
    let mut json = String::with_capacity(text.len());
    let (mut quote, mut escaped) = (None, false);
    for letter in text.chars() {
        match (quote, letter) {
            // JSON has no escape for a single quote.
            _ if escaped => {
                escaped = false;
                if letter == '\'' {
                    json.pop();
                }
                json.push(letter);
            }
            (Some('\'') | None, '\'') => {
                quote = if quote.is_some() { None } else { Some('\'') };
                json.push('"');
            }
            (Some('\''), '"') => json.push_str("\\\""),
            (Some('"'), '"') => {
                quote = None;
                json.push(letter);
            }
            (open, _) => {
                escaped = open.is_some() && letter == '\\';
                if letter == '"' {
                    quote = Some('"');
                }
                json.push(letter);
            }
        }
    }
    json
}
