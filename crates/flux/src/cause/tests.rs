use super::*;
use proptest::prelude::*;

#[test]
fn texts_of_one_cause_are_one_text() {
    for (causes, expected) in [
        (
            &[
                "kustomize build failed: accumulating resources: accumulation err='accumulating resources from '../../base/redis': open /tmp/kustomization-3187/base/redis: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '/tmp/kustomization-3187/base/redis'",
                "kustomize build failed: accumulating resources: accumulation err='accumulating resources from './web': open /tmp/kustomization-9/web: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '/tmp/kustomization-9/web'",
            ][..],
            "kustomize build failed: accumulating resources: accumulation err='accumulating resources from <path>: open <path>: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on <path>",
        ),
        (
            &[
                "Health check failed after 30.012345s: timeout waiting for: [Deployment/web/shop status: 'InProgress']",
                "Health check failed after 5m0.5s: timeout waiting for: [Deployment/a/b-1 status: 'InProgress', Deployment/c/d status: 'InProgress', Deployment/c/e status: 'InProgress']",
            ],
            "Health check failed after <n>: timeout waiting for: [Deployment/<name> status: 'InProgress']",
        ),
        (
            &[
                "dependency 'flux/infra' is not ready",
                "dependency 'flux-system/apps-2' is not ready",
            ],
            "dependency <name> is not ready",
        ),
        (
            &[
                "Helm upgrade failed for release payments/payments with chart payments@4.7.1: post-upgrade hooks failed: job payments-migrate failed: BackoffLimitExceeded",
                "Helm upgrade failed for release web/shop-eu with chart shop@0.1.0: post-upgrade hooks failed: job shop-db-migrate failed: BackoffLimitExceeded",
            ],
            "Helm upgrade failed for release <name> with chart <name>: post-upgrade hooks failed: job <name> failed: BackoffLimitExceeded",
        ),
        (
            &[
                "failed to checkout and determine revision: unable to clone 'https://github.com/org/one': authentication required",
                "failed to checkout and determine revision: unable to clone 'ssh://git@github.com/org/two.git': authentication required",
            ],
            "failed to checkout and determine revision: unable to clone <url>: authentication required",
        ),
        (
            &[
                "GET https://a.blob.core.windows.net/manifests RESPONSE 403: AuthorizationPermissionMismatch",
                "GET https://b.blob.core.windows.net/m?sig=1#x RESPONSE 403: AuthorizationPermissionMismatch",
            ],
            "GET <url> RESPONSE <n>: AuthorizationPermissionMismatch",
        ),
        (
            &[
                "no matches for kind \"HelmRepository\" in version \"source.toolkit.fluxcd.io/v1beta1\"",
                "no matches for kind \"HelmRepository\" in version \"source.toolkit.fluxcd.io/v1beta2\"",
            ],
            "no matches for kind \"HelmRepository\" in version <name>",
        ),
        (
            &[
                "apply of main@sha1:438c75f547dafaa18ca1b344d978bc980cdf6032 failed at 2026-01-02T03:04:05Z on 10.0.0.10:53",
                "apply of  release/0d7c1ce1\nfailed at 2026-11-12T13:14:15.678Z on 10.0.0.7:8080 ",
            ],
            "apply of <id> failed at <n> on <n>",
        ),
        (
            &[
                "x509: certificate for 9e223dbe-3399-4e19-88eb-0975f02ac87f has expired, dry-run refused: i/o timeout",
                "x509: certificate for 19e223db-3399-4e19-88eb-0975f02ac87f has expired, dry-run refused: i/o timeout",
            ],
            "x509: certificate for <id> has expired, dry-run refused: i/o timeout",
        ),
    ] {
        for text in causes {
            assert_eq!(cause(text), expected, "{text}");
        }
    }
}

#[test]
fn other_causes_stay_other_texts() {
    let texts = [
        "dependency 'flux/infra' is not ready",
        "timeout waiting for: [Deployment/a/b status: 'InProgress']",
        "timeout waiting for: [Deployment/a/b status: 'Failed']",
        "timeout waiting for: [HelmRelease/a/b status: 'InProgress']",
        "no matches for kind \"HelmRelease\" in version \"v2beta1\"",
        "no matches for kind \"HelmRepository\" in version \"v2beta1\"",
        "Deployment.apps \"a\" is invalid: spec.replicas: Required value",
        "Deployment.apps \"a\" is invalid: spec.selector: Required value",
        "{\"code\":\"DeploymentFailed\"}",
        "{\"code\":\"ExtensionCreationFailed\"}",
    ];
    let causes: std::collections::BTreeSet<_> = texts.iter().map(|text| cause(text)).collect();
    assert_eq!(causes.len(), texts.len(), "{causes:#?}");
}

#[test]
fn nested_json_reads_the_same_however_often_it_is_quoted() {
    let plain = r#"Inner error: {"status":"Failed","error":{"code":"ResourceOperationFailure","target":"aks-1"}}"#;
    let expected = r#"Inner error: {"status":"Failed","error":{"code":"ResourceOperationFailure","target":<name>}}"#;
    assert_eq!(cause(plain), expected);
    assert_eq!(cause(&plain.replace('"', "\\\"")), expected);
    assert_eq!(cause(&plain.replace('"', "\\\\\\\"")), expected);
}

#[test]
fn keys_never_change() {
    assert_eq!(stable_key(""), "cbf29ce484222325");
    assert_eq!(stable_key("a"), "af63dc4c8601ec8c");
    assert_eq!(stable_key("foobar"), "85944171f73967e8");
    assert_eq!(stable_key(&cause("dependency 'a/b' is not ready")), "767c454fa0163477");
}

#[test]
fn long_texts_are_cut_between_words() {
    let text = cause(&"word ".repeat(200));
    assert!(text.ends_with("word…") || text.ends_with("word …"), "{text}");
    assert!(text.len() <= MAX_CAUSE);
    assert_eq!(cause(&"x".repeat(10_000)), "…");
}

/// Texts made of what the scanner looks at.
fn awkward() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "'",
        "\"",
        "`",
        "\\",
        "[",
        "]",
        "{",
        "}",
        ", ",
        ",",
        " ",
        "  ",
        ":",
        "/",
        ".",
        "-",
        "_",
        "@",
        "~",
        "+",
        "%",
        "<",
        ">",
        "<n>",
        "<name>",
        "<id>",
        "<url>",
        "<path>",
        "…",
        "a",
        "Ab",
        "b1",
        "7",
        "5m0s",
        "Deployment",
        "://",
        "https://a/b?c=d",
        "/tmp/x",
        "ns/app",
        "Kind/ns/app",
        "dry-run",
        "438c75f547",
        "é",
        "\u{0}",
        "\n",
        "(",
        ")",
        "\"key\":",
        "'True'",
        "a b",
        "word",
    ]);
    prop::collection::vec(part, 0..60).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]
    #[test]
    fn a_cause_is_its_own_cause(awkward in awkward(), any in "\\PC*", long in "[ab ',\\[\\]\"0/]{300,900}") {
        for text in [awkward, any, long] {
            let once = cause(&text);
            prop_assert_eq!(cause(&once), once.clone(), "{:?}", text);
            prop_assert!(once.len() <= MAX_CAUSE);
            let says_nothing = text.chars().all(is_space);
            prop_assert_eq!(once.is_empty(), says_nothing, "{:?}", text);
        }
    }

    #[test]
    fn digits_and_hashes_make_no_difference(number in 0..100_000u32, hash in "[0-9a-f]{40}", name in "[a-z]{3,8}-[a-z0-9]{5}") {
        let text = |number: u32, hash: &str, name: &str| {
            cause(&format!("{name}: attempt {number} of 'a/{name}' at main@sha1:{hash}1 in {number}s failed"))
        };
        prop_assert_eq!(text(number, &hash, &name), text(7, &"0".repeat(40), "web-x1y2z"));
    }
}
