//! Short texts for narrow columns: a repository without its host, a commit's first digits.

use flux::commit_sha;

/// Number of digits by which people recognise a commit.
const DIGITS: usize = 7;

/// Owner and name of a repository, bucket or image: the last two parts of its URL. For Azure DevOps, project and
/// repository.
pub(super) fn short_repository(url: &str) -> &str {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest).trim_end_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    // An ssh address without a scheme: user@host:owner/name.
    let path = match path.split_once(':') {
        Some((host, rest)) if !url.contains("://") && host.contains('@') => rest,
        _ => path,
    };
    let mut slashes = path.rmatch_indices('/').map(|(at, _)| at);
    let (last, before) = (slashes.next(), slashes.next());
    match (last, before) {
        (Some(last), Some(before)) if &path[before + 1..last] == "_git" => {
            slashes.next().map_or(path, |at| &path[at + 1..])
        }
        (Some(_), Some(before)) => &path[before + 1..],
        _ => path,
    }
}

/// The first digits of a commit or digest in any spelling.
pub(super) fn short_commit(commit: &str) -> &str {
    let hash = commit_sha(commit);
    hash.get(..DIGITS).unwrap_or(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_its_owner_and_name() {
        for (url, short) in [
            ("https://github.com/contoso/apps", "contoso/apps"),
            ("https://github.com/contoso/apps.git", "contoso/apps"),
            ("ssh://git@github.com/contoso/apps", "contoso/apps"),
            ("git@github.com:contoso/apps.git", "contoso/apps"),
            ("https://gitlab.com/group/sub/apps/", "sub/apps"),
            ("https://dev.azure.com/contoso/project/_git/apps", "project/_git/apps"),
            ("oci://ghcr.io/contoso/charts/apps", "charts/apps"),
            ("https://account.blob.core.windows.net", "account.blob.core.windows.net"),
            ("", ""),
        ] {
            assert_eq!(short_repository(url), short, "{url}");
        }
    }

    #[test]
    fn a_commit_is_its_first_seven_digits() {
        let hash = "8f1d3c5b7a9e0f2d4c6b8a0e1f3d5c7b9a2e4f60";
        for spelling in [hash.to_owned(), format!("main/{hash}"), format!("main@sha1:{hash}")] {
            assert_eq!(short_commit(&spelling), "8f1d3c5");
        }
        assert_eq!(short_commit("v1.2"), "v1.2");
    }
}
