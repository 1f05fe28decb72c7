//! Commits as Azure reports them.

/// The bare commit or digest of `sourceSyncedCommitId`.
///
/// Forms seen: `branch/sha`, `branch@sha1:sha`, `tag@sha256:digest`, a bare hash. A text that ends in no hash is
/// returned whole.
pub fn commit_sha(synced: &str) -> &str {
    let tail = synced.rsplit(['/', ':', '@']).next().unwrap_or(synced);
    if is_hash(tail) { tail } else { synced }
}

/// `true` when `wanted` names the commit `synced`: the whole text, its bare hash, or at least seven digits that the
/// hash begins with. Without case.
pub fn commit_matches(synced: &str, wanted: &str) -> bool {
    if synced.eq_ignore_ascii_case(wanted) {
        return true;
    }
    let (hash, wanted) = (commit_sha(synced), commit_sha(wanted));
    wanted.len() >= 7
        && is_hex(wanted)
        && hash.len() >= wanted.len()
        && hash.as_bytes()[..wanted.len()].eq_ignore_ascii_case(wanted.as_bytes())
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_hash(text: &str) -> bool {
    (7..=64).contains(&text.len()) && is_hex(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SHA: &str = "438c75f547dafaa18ca1b344d978bc980cdf6032";

    #[test]
    fn finds_the_hash_in_every_form() {
        for text in [
            SHA.to_owned(),
            format!("main/{SHA}"),
            format!("feature/x/{SHA}"),
            format!("main@sha1:{SHA}"),
        ] {
            assert_eq!(commit_sha(&text), SHA, "{text}");
        }
        assert_eq!(commit_sha("v1.2.3"), "v1.2.3");
        assert_eq!(commit_sha(""), "");
    }

    #[test]
    fn matches_whole_bare_and_shortened_commits() {
        let synced = format!("main@sha1:{SHA}");
        for wanted in [synced.as_str(), SHA, &SHA[..7], &format!("MAIN/{}", SHA.to_uppercase())] {
            assert!(commit_matches(&synced, wanted), "{wanted}");
        }
        for wanted in ["", "4", "438c75", "main", "438c75f0"] {
            assert!(!commit_matches(&synced, wanted), "{wanted}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(a in "\\PC*", b in "\\PC*") {
            let _ = (commit_sha(&a), commit_matches(&a, &b));
        }
    }
}
