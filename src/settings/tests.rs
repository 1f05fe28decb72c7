//! What the settings accept and refuse.

use super::*;
use crate::prometheus::{Forced, ForcedGeneration, LabelScheme};
use crate::upstream::{Clouds, CredentialSpec};
use azure_core::credentials::Secret;
use reqwest::header::HeaderValue;

const GUID: &str = "9e223dbe-3399-4e19-88eb-0975f02ac87f";

fn host() -> HostEnvironment {
    HostEnvironment {
        managed_identity: Some(ManagedIdentity { client_id: Some("host-client".into()) }),
        workload_identity: Some(WorkloadIdentity {
            tenant_id: Some("host-tenant".into()),
            client_id: Some("host-client".into()),
            token_file: Some("/token".into()),
        }),
        ..HostEnvironment::default()
    }
}

pub(super) fn parse_with(json: &str, secure: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    let secure = secure.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect();
    Settings::parse(json.as_bytes(), &secure, &host())
}

/// Settings with managed identity and some more members.
fn parse(more: &str) -> Result<Settings, SettingsError> {
    let secure =
        [("prometheusPassword.eu", "pw"), ("prometheusToken.eu", "tok"), ("tlsCACert", "PEM")];
    parse_with(&format!(r#"{{"azureCredentials":{{"authType":"msi"}},{more}}}"#), &secure)
}

fn refused(more: &str) -> String {
    parse(more).expect_err(more).to_string()
}

#[test]
fn nothing_set_is_not_configured() {
    for json in ["", "{}", " ", r#"{"demo":false,"httpMethod":"GET"}"#] {
        assert_eq!(parse_with(json, &[]), Err(SettingsError::NotConfigured), "{json}");
    }
    assert!(SettingsError::NotConfigured.hint().contains("demo"));
    assert_eq!(parse_with("[]", &[]), Err(SettingsError::NotJson));
}

#[test]
fn defaults_are_those_of_the_contract() {
    let settings = parse(r#""unknown":1"#).expect("valid");
    assert_eq!(settings.cache, Duration::from_secs(30));
    assert_eq!(settings.max_stale, Duration::from_secs(3_600));
    assert_eq!(settings.timeout, Duration::from_secs(30));
    assert_eq!(settings.scrape_interval, Duration::from_secs(30));
    assert_eq!(settings.workspaces, Workspaces::None);
    assert_eq!(settings.scopes(), [Scope::Tenant]);
    let SignIn::Azure { cloud, credential } = settings.sign_in else { panic!("Azure") };
    assert_eq!(cloud.name, "AzureCloud");
    assert_eq!(
        credential,
        CredentialSpec::ManagedIdentity { client_id: Some("host-client".into()) }
    );
}

#[test]
fn demo_needs_no_sign_in_and_has_no_endpoints() {
    let json = r#"{"demo":"true","demoClusters":"40","demoSeed":7,"prometheus":[{"name":""}]}"#;
    let settings = parse_with(json, &[]).expect("demo");
    let demo = Demo { clusters: Some(40), configurations: None, seed: Some(7) };
    assert_eq!(settings.sign_in, SignIn::Demo(demo));
    assert!(settings.prometheus.is_empty());
    let error = parse_with(r#"{"demo":true,"demoClusters":0}"#, &[]).expect_err("none");
    assert_eq!(error.to_string(), "demoClusters must be from 1 to 50000");
}

#[test]
fn a_client_secret_may_have_its_older_name() {
    let json = r#"{"azureCredentials":{"authType":"clientsecret","azureCloud":"usgov","tenantId":"t","clientId":"c"}}"#;
    for key in ["azureClientSecret", "clientSecret"] {
        let settings = parse_with(json, &[(key, "hunter2")]).expect(key);
        assert!(!format!("{settings:?}").contains("hunter2"));
        let SignIn::Azure { cloud, credential } = settings.sign_in else { panic!("Azure") };
        assert_eq!(cloud.name, "AzureUSGovernment");
        let secret = Secret::new("hunter2");
        let (tenant_id, client_id) = ("t".to_owned(), "c".to_owned());
        assert_eq!(credential, CredentialSpec::ClientSecret { tenant_id, client_id, secret });
    }
    let error = parse_with(json, &[]).expect_err("no secret");
    assert_eq!(error.to_string(), "secureJsonData.azureClientSecret is missing");
}

#[test]
fn workload_identity_overrides_the_hosts_values() {
    let json = r#"{"azureCredentials":{"authType":"workloadidentity","clientId":"mine"}}"#;
    let settings = parse_with(json, &[]).expect("valid");
    let SignIn::Azure { credential, .. } = settings.sign_in else { panic!("Azure") };
    assert_eq!(
        credential,
        CredentialSpec::WorkloadIdentity {
            tenant_id: Some("host-tenant".into()),
            client_id: Some("mine".into()),
            token_file: Some("/token".into()),
        }
    );
}

#[test]
fn identities_of_the_host_must_be_enabled() {
    for (auth_type, key) in [("msi", "managed"), ("workloadidentity", "workload")] {
        let json = format!(r#"{{"azureCredentials":{{"authType":"{auth_type}"}}}}"#);
        let error = Settings::parse(json.as_bytes(), &HashMap::new(), &HostEnvironment::default())
            .expect_err(auth_type);
        assert_eq!(error.to_string(), format!("{key} identity is not enabled in Grafana"));
        assert!(error.hint().contains(&format!("{key}_identity_enabled = true")));
    }
}

#[test]
fn other_ways_to_sign_in_say_what_to_use() {
    for auth_type in ["currentuser", "clientcertificate", "clientsecret-obo", "ad-password", "x"] {
        let json = format!(r#"{{"azureCredentials":{{"authType":"{auth_type}"}}}}"#);
        let error = parse_with(&json, &[]).expect_err(auth_type);
        assert_eq!(
            error.to_string(),
            format!("the authentication type \"{auth_type}\" is not supported")
        );
        assert!(error.hint().contains("clientsecret"));
    }
    let error = parse_with(r#"{"azureCredentials":{}}"#, &[]).expect_err("no type");
    assert_eq!(error.to_string(), "azureCredentials.authType is missing");
}

#[test]
fn numbers_may_be_texts_and_have_bounds() {
    let settings = parse(r#""cacheSeconds":"60","timeoutSeconds":"""#).expect("valid");
    assert_eq!(settings.cache, Duration::from_secs(60));
    assert_eq!(settings.timeout, Duration::from_secs(30));
    for (more, text) in [
        (r#""cacheSeconds":4"#, "cacheSeconds must be from 5 to 3600"),
        (r#""timeoutSeconds":"ten""#, "timeoutSeconds must be a whole number"),
        (r#""timeoutSeconds":1.5"#, "timeoutSeconds must be a whole number"),
        (r#""scrapeIntervalSeconds":-1"#, "scrapeIntervalSeconds must be a whole number"),
        (
            r#""cacheSeconds":60,"maxStaleSeconds":30"#,
            "maxStaleSeconds must not be less than cacheSeconds",
        ),
        (r#""workspaces":"all""#, "workspaces must be auto or none"),
        (r#""tlsSkipVerify":1"#, "tlsSkipVerify must be true or false"),
    ] {
        assert_eq!(refused(more), text);
    }
}

#[test]
fn scope_lists_are_checked() {
    let more = format!(
        r#""subscriptions":[" {GUID} ","{}",""],"managementGroups":["mg-1"]"#,
        GUID.to_uppercase()
    );
    let settings = parse(&more).expect("valid");
    assert_eq!(
        settings.scopes(),
        [
            Scope::Subscriptions(vec![GUID.to_owned()]),
            Scope::ManagementGroups(vec!["mg-1".to_owned()])
        ]
    );
    assert_eq!(
        refused(r#""subscriptions":["production"]"#),
        "subscriptions[0] must be the id (GUID) of a subscription"
    );
    assert_eq!(
        refused(r#""managementGroups":["a/b"]"#),
        "managementGroups[0] must be the id (name) of a management group"
    );
    assert_eq!(refused(r#""subscriptions":"x""#), "subscriptions must be a list");
}

#[test]
fn prometheus_endpoints_are_checked() {
    let endpoint = |members: &str| format!(r#""prometheus":[{{"name":"eu",{members}}}]"#);
    for (members, auth) in [
        (r#""url":"http://prometheus:9090""#, PrometheusAuth::None),
        (r#""url":"https://w.prometheus.monitor.azure.com","auth":"azure""#, PrometheusAuth::Azure),
        (r#""url":"http://127.0.0.1:9090","auth":"azure""#, PrometheusAuth::Azure),
        (
            r#""url":"http://p/x","auth":"basic","username":"u""#,
            PrometheusAuth::Basic { username: "u".into(), password: Secret::new("pw") },
        ),
        (
            r#""url":"http://p","auth":"bearer""#,
            PrometheusAuth::Bearer { token: Secret::new("tok") },
        ),
    ] {
        let settings = parse(&endpoint(members)).expect(members);
        assert_eq!(settings.prometheus[0].auth, auth);
    }
    for (more, text) in [
        (endpoint(r#""auth":"none""#), "prometheus[0].url is missing"),
        (
            endpoint(r#""url":"http://p","auth":"azure""#),
            "prometheus[0].url must be https when auth is azure",
        ),
        (
            endpoint(r#""url":"http://u:p@p""#),
            "prometheus[0].url must be an http or https URL without user, password, query and fragment",
        ),
        (endpoint(r#""url":"http://p","auth":"basic""#), "prometheus[0].username is missing"),
        (
            endpoint(r#""url":"http://p","generation":"2""#),
            "prometheus[0].generation must be auto, conditions, resourceInfo or none",
        ),
        (
            endpoint(r#""url":"http://p","labels":"mine""#),
            "prometheus[0].labels must be auto, podAnnotations, podMonitor or plain",
        ),
        (
            endpoint(r#""url":"http://p","auth":"digest""#),
            "prometheus[0].auth must be azure, none, basic or bearer",
        ),
        (r#""prometheus":[{"url":"http://p"}]"#.to_owned(), "prometheus[0].name is missing"),
        (
            r#""prometheus":[{"name":"us","url":"http://p","auth":"bearer"}]"#.to_owned(),
            "secureJsonData.prometheusToken.us is missing",
        ),
        (
            r#""prometheus":[{"name":"a","url":"http://p"},{"name":"A","url":"http://q"}]"#
                .to_owned(),
            "prometheus[1].name: there are two Prometheus endpoints named \"A\"",
        ),
    ] {
        assert_eq!(refused(&more), text);
    }
}

#[test]
fn an_endpoint_has_headers_whose_values_are_secrets() {
    let parse = |members: &str, value: &str| {
        let json = format!(
            r#"{{"azureCredentials":{{"authType":"msi"}},"prometheus":[{{"name":"eu","url":"http://p",{members}}}]}}"#
        );
        let token = ("prometheusToken.eu", "tok");
        parse_with(&json, &[("prometheusHeader.eu.X-Scope-OrgID", value), token])
    };
    let settings = parse(r#""headers":["X-Scope-OrgID"]"#, "s3cret").expect("valid");
    let headers = &settings.prometheus[0].headers;
    assert_eq!(headers.get("x-scope-orgid").map(HeaderValue::as_bytes), Some(&b"s3cret"[..]));
    assert!(!format!("{settings:?}").contains("s3cret"));
    let name = "the name of an HTTP header, other than Host, Content-Length and, with a sign-in, Authorization";
    for (members, value, text) in [
        (
            r#""headers":["X-Other"]"#,
            "a",
            "secureJsonData.prometheusHeader.eu.X-Other is missing".to_owned(),
        ),
        (
            r#""headers":["X-Scope-OrgID"]"#,
            "two\nlines",
            "secureJsonData.prometheusHeader.eu.X-Scope-OrgID must be one line of text".to_owned(),
        ),
        (r#""headers":["two words"]"#, "a", format!("prometheus[0].headers[0] must be {name}")),
        (r#""headers":["host"]"#, "a", format!("prometheus[0].headers[0] must be {name}")),
        (
            r#""headers":["Authorization"],"auth":"bearer""#,
            "a",
            format!("prometheus[0].headers[0] must be {name}"),
        ),
        (r#""headers":"X-Scope-OrgID""#, "a", "prometheus[0].headers must be a list".to_owned()),
    ] {
        assert_eq!(parse(members, value).expect_err(members).to_string(), text);
    }
}

#[test]
fn what_an_endpoint_holds_can_be_forced() {
    let forced = |members: &str| {
        let more = format!(r#""prometheus":[{{"name":"eu","url":"http://p"{members}}}]"#);
        parse(&more).expect("valid").prometheus[0].forced
    };
    assert_eq!(forced(r#","generation":"auto","labels":"""#), Forced::default());
    let expected = Forced {
        generation: Some(ForcedGeneration::ResourceInfo),
        labels: Some(LabelScheme::PodMonitor),
    };
    assert_eq!(forced(r#","generation":"resourceInfo","labels":"podMonitor""#), expected);
}

#[test]
fn an_extra_certificate_authority_counts_only_when_switched_on() {
    let settings = parse(r#""tlsAuthWithCACert":true,"tlsSkipVerify":"true""#).expect("valid");
    assert_eq!(settings.http.extra_roots_pem.as_deref(), Some("PEM"));
    assert!(settings.http.skip_verify);
    assert!(!settings.azure_http().skip_verify, "not for a public cloud");
    assert_eq!(settings.azure_http().extra_roots_pem, settings.http.extra_roots_pem);
    assert_eq!(parse(r#""tlsAuthWithCACert":false"#).expect("off").http, HttpOptions::default());
}

#[test]
fn only_a_custom_cloud_goes_unverified() {
    let json = r#"{"azureCredentials":{"authType":"msi"},"tlsSkipVerify":true}"#;
    let clouds = r#"[{"name":"own","aadAuthority":"https://a","properties":{"resourceManager":"https://m"}}]"#;
    let clouds = Clouds::with_custom(clouds).expect("clouds");
    let host = HostEnvironment { default_cloud: "own".into(), clouds, ..host() };
    let settings = Settings::parse(json.as_bytes(), &HashMap::new(), &host).expect("valid");
    assert!(settings.azure_http().skip_verify);
}

#[test]
fn an_unknown_cloud_names_the_known_ones() {
    let json = r#"{"azureCredentials":{"authType":"clientsecret","azureCloud":"AzureGermanCloud","tenantId":"t","clientId":"c"}}"#;
    let error = parse_with(json, &[("azureClientSecret", "s")]).expect_err("unknown");
    assert_eq!(error.to_string(), "azureCredentials.azureCloud cannot be used");
    let cause = std::error::Error::source(&error).expect("cause");
    assert!(cause.to_string().contains("AzureUSGovernment"));
}
