//! Commits as Azure reports them, and the web pages that show them.

use url::Url;

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

/// The web pages of one repository. Costs a few microseconds to make, so it is made once for many rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepositoryPages {
    page: Option<String>,
    /// What stands before the hash in the address of a commit's page.
    commits: Option<String>,
}

impl RepositoryPages {
    /// The pages of the repository with that URL.
    pub fn of(repository: &str) -> Self {
        let Some(mut url) = web_url(repository) else { return Self::default() };
        let path = url.path().trim_end_matches('/').trim_end_matches(".git").to_owned();
        url.set_path(&path);
        let commits = commits_path(&url).map(|middle| {
            let mut commits = url.clone();
            commits.set_path(&format!("{path}/{middle}/"));
            commits.into()
        });
        Self { page: Some(url.into()), commits }
    }

    /// The web address of the repository: `https` as it is, `ssh` and `git@host:path` turned into `https`. `None` for
    /// buckets, registries and whatever else has no page that a browser could open.
    pub fn page(&self) -> Option<&str> {
        self.page.as_deref()
    }

    /// The page that shows a commit, given as Azure spells it; on GitHub, GitLab, Azure DevOps or Bitbucket (also
    /// self-hosted ones whose host name says so). `None` where the repository's URL doesn't tell, or the text holds no
    /// Git hash.
    pub fn commit(&self, synced: &str) -> Option<String> {
        let hash = commit_sha(synced);
        // SHA-256 digests are artifacts, not commits.
        let is_commit = is_hash(hash) && hash.len() <= 40;
        is_commit.then(|| Some(format!("{}{hash}", self.commits.as_ref()?))).flatten()
    }
}

/// What stands between a repository's address and the hash of a commit. `None`: not known for that host.
fn commits_path(url: &Url) -> Option<&'static str> {
    let host = url.host_str()?.to_ascii_lowercase();
    if host == "dev.azure.com" || host.ends_with(".visualstudio.com") || host.contains("github") {
        Some("commit")
    } else if host.contains("gitlab") {
        Some("-/commit")
    } else if host.contains("bitbucket") {
        Some("commits")
    } else {
        None
    }
}

/// A browser's address for a Git remote: user names, passwords, ports of SSH and queries are left out.
fn web_url(repository: &str) -> Option<Url> {
    let repository = repository.trim();
    let url = if let Some((user_host, path)) = scp_form(repository) {
        let host = user_host.rsplit('@').next()?;
        Url::parse(&format!("https://{host}/{path}")).ok()?
    } else {
        let url = Url::parse(repository).ok()?;
        match url.scheme() {
            "https" | "http" => {
                let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
                Url::parse(&format!("{}://{}{port}{}", url.scheme(), url.host_str()?, url.path()))
                    .ok()?
            }
            "ssh" => Url::parse(&format!("https://{}{}", url.host_str()?, url.path())).ok()?,
            _ => return None,
        }
    };
    Some(azure_devops_from_ssh(url))
}

/// `git@host:path`: no scheme, a colon before the first slash.
fn scp_form(repository: &str) -> Option<(&str, &str)> {
    let (user_host, path) = repository.split_once(':')?;
    (!user_host.contains('/') && !path.starts_with("//") && user_host.contains('@'))
        .then_some((user_host, path))
}

/// `ssh.dev.azure.com/v3/org/project/repo` → `dev.azure.com/org/project/_git/repo`.
fn azure_devops_from_ssh(mut url: Url) -> Url {
    if url.host_str() == Some("ssh.dev.azure.com") {
        let parts: Vec<String> = url.path().split('/').skip(2).map(str::to_owned).collect();
        if let [organisation, project, repository] = parts.as_slice() {
            let path = format!("{organisation}/{project}/_git/{repository}");
            if url.set_host(Some("dev.azure.com")).is_ok() {
                url.set_path(&path);
            }
        }
    }
    url
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

    #[test]
    fn links_commits_where_the_repository_tells_how() {
        for (repository, page) in [
            (
                "https://github.com/fluxcd/flux2-kustomize-helm-example",
                format!("https://github.com/fluxcd/flux2-kustomize-helm-example/commit/{SHA}"),
            ),
            (
                "https://github.com/org/repo.git",
                format!("https://github.com/org/repo/commit/{SHA}"),
            ),
            ("git@github.com:org/repo.git", format!("https://github.com/org/repo/commit/{SHA}")),
            (
                "ssh://git@github.com:22/org/repo",
                format!("https://github.com/org/repo/commit/{SHA}"),
            ),
            (
                "https://gitlab.example.org/a/b/c",
                format!("https://gitlab.example.org/a/b/c/-/commit/{SHA}"),
            ),
            (
                "https://user:secret@bitbucket.org/a/b",
                format!("https://bitbucket.org/a/b/commits/{SHA}"),
            ),
            (
                "https://dev.azure.com/o/p/_git/r",
                format!("https://dev.azure.com/o/p/_git/r/commit/{SHA}"),
            ),
            (
                "git@ssh.dev.azure.com:v3/o/p/r",
                format!("https://dev.azure.com/o/p/_git/r/commit/{SHA}"),
            ),
            (
                "https://o.visualstudio.com/p/_git/r",
                format!("https://o.visualstudio.com/p/_git/r/commit/{SHA}"),
            ),
        ] {
            assert_eq!(
                RepositoryPages::of(repository).commit(&format!("main/{SHA}")),
                Some(page),
                "{repository}"
            );
        }
    }

    #[test]
    fn links_no_commit_where_it_cannot_know() {
        for repository in
            ["https://example.org/x", "oci://ghcr.io/a/b", "bucket", "", "s3.amazonaws.com"]
        {
            assert_eq!(RepositoryPages::of(repository).commit(SHA), None, "{repository}");
        }
        assert_eq!(RepositoryPages::of("https://github.com/a/b").commit("main"), None);
    }

    #[test]
    fn repository_pages_hold_no_credentials() {
        assert_eq!(
            RepositoryPages::of("https://user:secret@github.com/a/b.git").page(),
            Some("https://github.com/a/b")
        );
        assert_eq!(RepositoryPages::of("oci://ghcr.io/a/b").page(), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(a in "\\PC*", b in "\\PC*") {
            let _ = (commit_sha(&a), commit_matches(&a, &b), RepositoryPages::of(&a).commit(&b));
        }
    }
}
