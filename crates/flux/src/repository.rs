//! Repositories as Azure reports them: their addresses without secrets, and the web pages that show them and their
//! commits.

use super::commit_sha;
use std::borrow::Cow;
use url::Url;

/// The address of a source without the user name and password, query and fragment that some people put into it: none of
/// them tells two sources apart, and a query may be a signature that opens a storage account.
pub fn without_credentials(address: &str) -> Cow<'_, str> {
    let address = address.trim();
    let (scheme, rest) = match address.find("://") {
        Some(at) => address.split_at(at + 3),
        None => ("", address),
    };
    let host_and_path = without_login(rest, !scheme.is_empty());
    let plain = host_and_path.split(['?', '#']).next().unwrap_or_default();
    if scheme.len() + plain.len() == address.len() {
        Cow::Borrowed(address)
    } else {
        Cow::Owned(format!("{scheme}{plain}"))
    }
}

/// `rest` is what follows the scheme, if there is one.
fn without_login(rest: &str, has_scheme: bool) -> &str {
    let behind_last_at = |text: &str| text.rfind('@').map_or(0, |at| at + 1);
    let authority = rest.split('/').next().unwrap_or_default();
    if authority.contains('@') {
        return &rest[behind_last_at(authority)..];
    }
    // A password with a slash in it: what looks like a port is no number.
    let odd_port = authority.rsplit_once(':').is_some_and(|(_, port)| {
        !authority.ends_with(']') && !port.bytes().all(|byte| byte.is_ascii_digit())
    });
    if has_scheme && odd_port { &rest[behind_last_at(rest)..] } else { rest }
}

/// The web pages of one repository. Costs a few microseconds to make, so it is made once for many rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepositoryPages {
    page: Option<String>,
    /// The address of a commit's page up to its hash.
    commits: Option<String>,
}

impl RepositoryPages {
    /// The pages of the repository with that URL.
    pub fn of(repository: &str) -> Self {
        Remote::parse(repository).map(Remote::pages).unwrap_or_default()
    }

    /// The web address of the repository. `None` where no page is known to exist: for buckets and registries, and for
    /// hosts that are reached over SSH and whose web address can't be told from it.
    pub fn page(&self) -> Option<&str> {
        self.page.as_deref()
    }

    /// The page that shows a commit, given as Azure spells it; on GitHub, GitLab, Azure DevOps, Bitbucket, Gitea and
    /// Forgejo (also self-hosted ones whose host name says so) and on Azure DevOps Server. `None` where the repository's
    /// URL doesn't tell, or the text holds no Git hash.
    pub fn commit(&self, synced: &str) -> Option<String> {
        let hash = commit_sha(synced);
        // Flux reports whole hashes. 64 digits are the digest of an artifact, fewer may be a date in a branch's name.
        let is_commit = hash.len() == 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_commit.then(|| Some(format!("{}{hash}", self.commits.as_ref()?))).flatten()
    }

    /// The repository at `page`, a commit of which is shown `below` it.
    fn at(page: Url, below: &str) -> Self {
        let page = String::from(page);
        Self { commits: Some(format!("{page}/{below}/")), page: Some(page) }
    }
}

/// A Git remote, as an address that a browser could open.
struct Remote {
    /// `https://host[:port]/`, or `http`.
    root: Url,
    /// In lower case.
    host: String,
    /// The path, percent-encoded.
    segments: Vec<String>,
    /// The remote is reached over SSH, so the web address is a guess.
    is_ssh: bool,
}

impl Remote {
    fn parse(repository: &str) -> Option<Self> {
        let repository = without_credentials(repository);
        let (url, is_ssh) = if let Some((host, path)) = scp_form(&repository) {
            (Url::parse(&format!("https://{host}/{path}")).ok()?, true)
        } else {
            let url = Url::parse(&repository).ok()?;
            match url.scheme() {
                "https" | "http" => (url, false),
                "ssh" | "git+ssh" | "ssh+git" => {
                    let web = format!("https://{}{}", url.host_str()?, url.path());
                    (Url::parse(&web).ok()?, true)
                }
                _ => return None,
            }
        };
        let segments = url.path_segments()?.filter(|segment| !segment.is_empty());
        let segments = segments.map(str::to_owned).collect();
        let host = url.host_str()?.to_ascii_lowercase();
        let mut root = url;
        root.set_path("");
        Some(Self { root, host, segments, is_ssh })
    }

    fn pages(mut self) -> RepositoryPages {
        if self.shows_no_pages() {
            return RepositoryPages::default();
        }
        if self.is_azure_devops() {
            return self.azure_devops();
        }
        if let Some(last) = self.segments.last_mut()
            && let Some(name) = last.strip_suffix(".git")
        {
            *last = name.to_owned();
        }
        self.move_to_web_host();
        let names = |word: &str| self.host.contains(word);
        let segments: Vec<&str> = self.segments.iter().map(String::as_str).collect();
        let (path, below) = match *segments.as_slice() {
            [_, _] if self.host == "bitbucket.org" => (segments.join("/"), "commits"),
            _ if names("bitbucket") && self.host != "bitbucket.org" || self.is_called("stash") => {
                match bitbucket_server(&segments, self.is_ssh) {
                    Some(path) => (path, "commits"),
                    None => return self.unknown(),
                }
            }
            [_, _] if self.is_github() => (segments.join("/"), "commit"),
            [_, _, ..] if names("gitlab") => (segments.join("/"), "-/commit"),
            [_, _] if self.is_gitea() || self.host == "git.sr.ht" => (segments.join("/"), "commit"),
            _ => return self.unknown(),
        };
        RepositoryPages::at(self.address(&path), below)
    }

    fn address(&self, path: &str) -> Url {
        let mut url = self.root.clone();
        url.set_path(path);
        url
    }

    /// Where only the address itself may be a page.
    fn unknown(&self) -> RepositoryPages {
        let page = (!self.is_ssh).then(|| self.address(&self.segments.join("/")).into());
        RepositoryPages { page, commits: None }
    }

    /// Whether one of the names between the dots of the host is `label`.
    fn is_called(&self, label: &str) -> bool {
        self.host.split('.').any(|part| part == label)
    }

    /// Hosts that answer Git, or keep blobs, and have no pages for people.
    fn shows_no_pages(&self) -> bool {
        let host = self.host.as_str();
        let ends = [".amazonaws.com", ".googleapis.com", ".developers.google.com"];
        host.starts_with("git-codecommit.")
            || host.contains(".blob.")
            || host.contains("githubusercontent")
            || ends.iter().any(|end| host.ends_with(end))
    }

    fn is_github(&self) -> bool {
        let is_other = self.is_called("gist") || self.host.ends_with(".github.io");
        (self.host.contains("github") || self.host.ends_with(".ghe.com")) && !is_other
    }

    fn is_gitea(&self) -> bool {
        let hosts = ["gitea", "forgejo", "codeberg.org"];
        hosts.iter().any(|name| self.host.contains(name))
    }

    /// Hosts that answer SSH only, for networks that let nothing but port 443 through, have their pages elsewhere.
    fn move_to_web_host(&mut self) {
        let host = match self.host.as_str() {
            "ssh.github.com" => "github.com",
            "altssh.gitlab.com" => "gitlab.com",
            "altssh.bitbucket.org" => "bitbucket.org",
            _ => return,
        };
        self.move_to(host);
    }

    /// `false`: that is no host.
    fn move_to(&mut self, host: &str) -> bool {
        host.clone_into(&mut self.host);
        // Fails for nothing that has a host already, unless `host` is none.
        self.root.set_host(Some(host)).is_ok() && self.root.set_port(None).is_ok()
    }

    /// Azure DevOps, by its hosts; Azure DevOps Server (once TFS), by `_git` in the path.
    fn is_azure_devops(&self) -> bool {
        self.host == "dev.azure.com"
            || self.host.ends_with(".dev.azure.com")
            || self.host.ends_with(".visualstudio.com")
            || self.segments.iter().any(|segment| segment == "_git" || segment == "_ssh")
    }

    fn azure_devops(mut self) -> RepositoryPages {
        let path = match (self.host.as_str(), self.segments.as_slice()) {
            // `/v3/organisation/project/repository`, on hosts that answer SSH only.
            ("ssh.dev.azure.com", [_, organisation, project, repository]) => {
                let path = format!("{organisation}/{project}/_git/{repository}");
                self.move_to("dev.azure.com").then_some(path)
            }
            ("vs-ssh.visualstudio.com", [_, organisation, project, repository]) => {
                let host = format!("{organisation}.visualstudio.com");
                let path = format!("{project}/_git/{repository}");
                let is_label = organisation.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
                (is_label && self.move_to(&host)).then_some(path)
            }
            ("ssh.dev.azure.com" | "vs-ssh.visualstudio.com", _) => None,
            (host, segments) => {
                let is_cloud = host == "dev.azure.com" || host.ends_with(".visualstudio.com");
                // Where a server of one's own has its web pages, its SSH address doesn't tell.
                if is_cloud || !self.is_ssh { repository_of_devops(segments) } else { None }
            }
        };
        match path {
            Some(path) => RepositoryPages::at(self.address(&path), "commit"),
            None => self.unknown(),
        }
    }
}

/// The path of the page of a repository, of `…/project/_git/repository`; over SSH it is `_ssh`, and a clone that leaves
/// objects out has a word before the repository's name.
fn repository_of_devops(segments: &[String]) -> Option<String> {
    let at = segments.iter().position(|segment| segment == "_git" || segment == "_ssh")?;
    let repository = match &segments[at + 1..] {
        [repository] => repository,
        [kind, repository] if kind == "_full" || kind == "_optimized" => repository,
        _ => return None,
    };
    let mut path: Vec<&str> = segments[..at].iter().map(String::as_str).collect();
    path.extend(["_git", repository]);
    Some(path.join("/"))
}

/// The path of the page of a repository on Bitbucket Server (Data Center), which is called otherwise than the repository
/// is cloned from: `[context/]scm/project/repository`, over SSH `project/repository`.
fn bitbucket_server(segments: &[&str], is_ssh: bool) -> Option<String> {
    let (context, project, repository) = match *segments {
        [project, repository] if is_ssh => (&segments[..0], project, repository),
        [ref context @ .., "scm", project, repository] if !is_ssh => {
            (&segments[..context.len()], project, repository)
        }
        [.., "projects" | "users", _, "repos", _] => return Some(segments.join("/")),
        [ref page @ .., "browse"] => {
            return bitbucket_server(page, is_ssh).filter(|_| page.contains(&"repos"));
        }
        _ => return None,
    };
    let user = project.strip_prefix('~').or_else(|| project.strip_prefix("%7E"));
    let mut path: Vec<String> = context.iter().map(|&segment| segment.to_owned()).collect();
    path.push(match user {
        Some(user) => format!("users/{user}"),
        None => format!("projects/{}", project.to_ascii_uppercase()),
    });
    path.extend(["repos".to_owned(), repository.to_owned()]);
    Some(path.join("/"))
}

/// `host:path`, from which the user was taken: no scheme, and a colon before the first slash.
fn scp_form(repository: &str) -> Option<(&str, &str)> {
    let (host, path) = repository.split_once(':')?;
    let is_port = path
        .split('/')
        .next()
        .is_some_and(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()));
    (!host.contains('/') && host.contains('.') && !path.starts_with("//") && !is_port)
        .then_some((host, path.trim_start_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SHA: &str = "438c75f547dafaa18ca1b344d978bc980cdf6032";

    /// The commit's page without the hash.
    fn commits(repository: &str) -> Option<String> {
        let page = RepositoryPages::of(repository).commit(&format!("main@sha1:{SHA}"));
        page.map(|page| page.strip_suffix(SHA).expect("the hash at the end").to_owned())
    }

    #[test]
    fn links_commits_where_the_repository_tells_how() {
        for (repository, page) in [
            ("https://github.com/fluxcd/flux2", "https://github.com/fluxcd/flux2/commit/"),
            ("https://github.com/org/repo.git", "https://github.com/org/repo/commit/"),
            ("git@github.com:org/repo.git", "https://github.com/org/repo/commit/"),
            ("ssh://git@github.com:22/org/repo", "https://github.com/org/repo/commit/"),
            (
                "https://github.corp.example:8443/o/r/",
                "https://github.corp.example:8443/o/r/commit/",
            ),
            ("https://corp.ghe.com/o/r", "https://corp.ghe.com/o/r/commit/"),
            ("https://gitlab.example.org/a/b/c", "https://gitlab.example.org/a/b/c/-/commit/"),
            (
                "ssh://git@gitlab.example.org:2222/a/b.git",
                "https://gitlab.example.org/a/b/-/commit/",
            ),
            ("https://user:secret@bitbucket.org/a/b", "https://bitbucket.org/a/b/commits/"),
            ("https://dev.azure.com/o/p/_git/r", "https://dev.azure.com/o/p/_git/r/commit/"),
            ("https://dev.azure.com/o/_git/r", "https://dev.azure.com/o/_git/r/commit/"),
            ("https://dev.azure.com/o/p/_git/_full/r", "https://dev.azure.com/o/p/_git/r/commit/"),
            ("https://o.visualstudio.com/p/_git/r", "https://o.visualstudio.com/p/_git/r/commit/"),
            ("https://codeberg.org/o/r.git", "https://codeberg.org/o/r/commit/"),
        ] {
            assert_eq!(commits(repository).as_deref(), Some(page), "{repository}");
        }
    }

    #[test]
    fn hosts_that_answer_ssh_only_link_to_the_host_that_has_pages() {
        for (repository, page) in [
            ("git@ssh.dev.azure.com:v3/o/p/r", "https://dev.azure.com/o/p/_git/r/commit/"),
            (
                "ssh://git@ssh.dev.azure.com:22/v3/o/My%20P/r",
                "https://dev.azure.com/o/My%20P/_git/r/commit/",
            ),
            (
                "ssh://git@ssh.dev.azure.com/v3/o/My P/r",
                "https://dev.azure.com/o/My%20P/_git/r/commit/",
            ),
            (
                "ssh://o@vs-ssh.visualstudio.com/v3/o/p/r",
                "https://o.visualstudio.com/p/_git/r/commit/",
            ),
            ("o@vs-ssh.visualstudio.com:v3/o/p/r", "https://o.visualstudio.com/p/_git/r/commit/"),
            (
                "ssh://o@o.visualstudio.com:22/p/_ssh/r",
                "https://o.visualstudio.com/p/_git/r/commit/",
            ),
            ("ssh://git@ssh.github.com:443/o/r.git", "https://github.com/o/r/commit/"),
            ("ssh://git@altssh.gitlab.com:443/g/s/r.git", "https://gitlab.com/g/s/r/-/commit/"),
            ("git@altssh.bitbucket.org:o/r.git", "https://bitbucket.org/o/r/commits/"),
        ] {
            assert_eq!(commits(repository).as_deref(), Some(page), "{repository}");
            let host = page.split('/').nth(2).unwrap_or_default();
            let pages = RepositoryPages::of(repository);
            assert!(pages.page().is_some_and(|page| page.contains(host)), "{pages:?}");
        }
    }

    #[test]
    fn servers_of_ones_own_link_to_pages_of_their_own_shape() {
        for (repository, page) in [
            (
                "https://bitbucket.corp.example/scm/plat/fleet.git",
                "https://bitbucket.corp.example/projects/PLAT/repos/fleet/commits/",
            ),
            (
                "ssh://git@bitbucket.corp.example:7999/plat/fleet.git",
                "https://bitbucket.corp.example/projects/PLAT/repos/fleet/commits/",
            ),
            (
                "https://bitbucket.corp.example/ctx/scm/~jdoe/fleet.git",
                "https://bitbucket.corp.example/ctx/users/jdoe/repos/fleet/commits/",
            ),
            (
                "https://stash.corp.example:8443/scm/plat/fleet.git",
                "https://stash.corp.example:8443/projects/PLAT/repos/fleet/commits/",
            ),
            (
                "https://bitbucket.corp.example/projects/PLAT/repos/fleet/browse",
                "https://bitbucket.corp.example/projects/PLAT/repos/fleet/commits/",
            ),
            (
                "https://tfs.corp.example/tfs/DefaultCollection/Retail/_git/fleet",
                "https://tfs.corp.example/tfs/DefaultCollection/Retail/_git/fleet/commit/",
            ),
            (
                "http://tfs:8080/tfs/Collection/_git/fleet",
                "http://tfs:8080/tfs/Collection/_git/fleet/commit/",
            ),
        ] {
            assert_eq!(commits(repository).as_deref(), Some(page), "{repository}");
        }
    }

    #[test]
    fn no_page_is_better_than_one_that_does_not_exist() {
        for repository in [
            "oci://ghcr.io/a/b",
            "bucket",
            "",
            "s3.amazonaws.com/manifests",
            "s3.corp.example:9000/manifests",
            "https://account.blob.core.windows.net/manifests",
            "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/fleet",
            "ssh://git@git.corp.example:2222/team/fleet.git",
            "git@git.corp.example:team/fleet.git",
            "ssh://git@ssh.dev.azure.com/o/p/r/x/y",
            "ssh://tfs.corp.example:22/tfs/Collection/Retail/_ssh/fleet",
            "ssh://git@bitbucket.corp.example:7999/a/b/c/fleet.git",
        ] {
            let pages = RepositoryPages::of(repository);
            assert_eq!(pages, RepositoryPages::default(), "{repository}");
        }
        for repository in [
            "https://git.corp.example/team/fleet",
            "https://gist.github.com/user/0123456789abcdef",
            "https://github.com/org",
            "https://bitbucket.corp.example/plat/fleet",
            "https://dev.azure.com/o/p",
        ] {
            assert_eq!(commits(repository), None, "{repository}");
            assert_eq!(RepositoryPages::of(repository).page(), Some(repository));
        }
        let pages = RepositoryPages::of("https://github.com/a/b");
        for synced in ["main", "release/20260912", &format!("v1@sha256:{SHA}{}", &SHA[..24])] {
            assert_eq!(pages.commit(synced), None, "{synced}");
        }
    }

    #[test]
    fn no_login_and_no_signature_of_an_address_is_kept() {
        for (given, kept) in [
            ("https://user:secret@host/r.git", "https://host/r.git"),
            ("https://token@host/r", "https://host/r"),
            ("https://user:sec/ret@host/r", "https://host/r"),
            ("https://user:sec@ret#?@host/r", "https://host/r"),
            ("ssh://git:secret@host/r", "ssh://host/r"),
            ("ssh://jdoe@host:2222/r", "ssh://host:2222/r"),
            ("jdoe@host.example:a/b.git", "host.example:a/b.git"),
            (
                "https://account.blob.core.windows.net/?sv=1&sig=secret",
                "https://account.blob.core.windows.net/",
            ),
            ("https://host/r?token=secret#x", "https://host/r"),
            ("https://host:8443/a@b", "https://host:8443/a@b"),
            ("https://[::1]/a@b", "https://[::1]/a@b"),
            ("https://host/a@b", "https://host/a@b"),
            ("bucket", "bucket"),
        ] {
            assert_eq!(without_credentials(given), kept, "{given}");
            assert!(!format!("{:?}", RepositoryPages::of(given)).contains("sec"), "{given}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(a in "\\PC*", b in "\\PC*") {
            let _ = (RepositoryPages::of(&a).commit(&b), without_credentials(&b));
        }

        #[test]
        fn no_address_made_of_awkward_parts_makes_it_panic(text in "(ssh://|https://|git@)?[a-z.:@/~_\\[\\]%]{0,40}") {
            let once = without_credentials(&text).into_owned();
            prop_assert!(!once.split('/').next().is_some_and(|login| login.contains("://") && login.contains('@')));
            let _ = RepositoryPages::of(&text);
        }
    }
}
