//! Tokens: issued, required, expired.

use super::*;
use std::time::Duration;

async fn guarded(token_lifetime: Duration) -> Emulator {
    emulator(FleetSpec::default(), |options| {
        options.require_token = true;
        options.quota = Some(15);
        options.token_lifetime = token_lifetime;
    })
    .await
}

/// Status of a query that is sent with this authorization.
async fn query(emulator: &Emulator, authorization: Option<&str>) -> (u16, Value) {
    let url = format!("{}{PATH}", emulator.base_url());
    let mut request = client().post(url).header("content-type", "application/json");
    if let Some(authorization) = authorization {
        request = request.header("authorization", authorization);
    }
    let response =
        request.body(r#"{"query": "resources | count"}"#).send().await.expect("an answer");
    (response.status().as_u16(), json(response).await)
}

async fn sign_in(emulator: &Emulator, tenant: &str, fields: &[(&str, &str)]) -> (u16, Value) {
    let options = emulator.options();
    let mut form: HashMap<&str, &str> = HashMap::from([
        ("grant_type", "client_credentials"),
        ("client_id", options.client_id.as_str()),
        ("scope", "https://management.azure.com/.default"),
    ]);
    form.extend(fields.iter().copied());
    let body: String =
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let url = format!("{}/{tenant}/oauth2/v2.0/token", emulator.base_url());
    let request = client().post(url).header("content-type", "application/x-www-form-urlencoded");
    let response = request.body(body).send().await.expect("an answer");
    (response.status().as_u16(), json(response).await)
}

#[tokio::test]
async fn queries_want_a_token_that_holds() {
    let emulator = guarded(Duration::from_secs(60)).await;
    for (authorization, code) in [
        (None, "AuthenticationFailed"),
        (Some("Bearer eyJ.made.up"), "InvalidAuthenticationToken"),
        (Some("Basic abc"), "InvalidAuthenticationToken"),
    ] {
        let (status, body) = query(&emulator, authorization).await;
        assert_eq!((status, &body["error"]["code"]), (401, &json!(code)));
        assert_eq!(body["error"]["details"], Value::Null);
    }
    let secret = emulator.options().client_secret.clone();
    let (status, token) =
        sign_in(&emulator, emulator.tenant_id(), &[("client_secret", &secret)]).await;
    assert_eq!(
        (status, &token["token_type"], &token["expires_in"]),
        (200, &json!("Bearer"), &json!(60))
    );
    let bearer = format!("Bearer {}", token["access_token"].as_str().expect("a token"));
    assert_eq!(query(&emulator, Some(&bearer)).await.0, 200);
    let seen = emulator.stats();
    assert_eq!(
        (seen.tokens_issued, seen.count(Route::Arg, 401), seen.total(Route::Token)),
        (1, 3, 1)
    );
}

#[tokio::test]
async fn each_principal_has_its_own_quota() {
    let emulator = guarded(Duration::from_secs(60)).await;
    let secret = emulator.options().client_secret.clone();
    let (_, one) = sign_in(&emulator, emulator.tenant_id(), &[("client_secret", &secret)]).await;
    let (_, two) = sign_in(&emulator, emulator.tenant_id(), &[("client_assertion", "a.b.c")]).await;
    let bearer =
        |token: &Value| format!("Bearer {}", token["access_token"].as_str().expect("a token"));
    for _ in 0..15 {
        assert_eq!(query(&emulator, Some(&bearer(&one))).await.0, 200);
    }
    // The same application with another token is the same principal.
    assert_eq!(query(&emulator, Some(&bearer(&two))).await.0, 429);
    let url = format!("{}/metadata/identity/oauth2/token?resource=x", emulator.base_url());
    let identity =
        json(client().get(url).header("Metadata", "true").send().await.expect("an answer")).await;
    assert_eq!(query(&emulator, Some(&bearer(&identity))).await.0, 200);
}

#[tokio::test]
async fn a_token_expires() {
    let emulator = guarded(Duration::ZERO).await;
    let secret = emulator.options().client_secret.clone();
    let (_, token) = sign_in(&emulator, emulator.tenant_id(), &[("client_secret", &secret)]).await;
    let bearer = format!("Bearer {}", token["access_token"].as_str().expect("a token"));
    let (status, body) = query(&emulator, Some(&bearer)).await;
    assert_eq!((status, &body["error"]["code"]), (401, &json!("ExpiredAuthenticationToken")));
}

#[tokio::test]
async fn wrong_credentials_are_refused_in_entras_words() {
    let emulator = guarded(Duration::from_secs(60)).await;
    let tenant = emulator.tenant_id();
    for (tenant, fields, status, error, code) in [
        (tenant, vec![("client_secret", "wrong")], 401, "invalid_client", 7_000_215),
        (tenant, vec![("client_assertion", "no-token")], 401, "invalid_client", 50027),
        (tenant, vec![("client_id", "other")], 400, "unauthorized_client", 700_016),
        (tenant, vec![("scope", "")], 400, "invalid_request", 900_144),
        (tenant, vec![("grant_type", "password")], 400, "unsupported_grant_type", 70003),
        ("nobody", vec![], 400, "invalid_request", 90002),
    ] {
        let (got, body) = sign_in(&emulator, tenant, &fields).await;
        assert_eq!((got, &body["error"]), (status, &json!(error)));
        assert_eq!(body["error_codes"], json!([code]));
        let text = body["error_description"].as_str().expect("text");
        assert!(text.starts_with(&format!("AADSTS{code}: ")), "{text}");
    }
    assert_eq!(emulator.stats().tokens_issued, 0);
}

#[tokio::test]
async fn managed_identity_has_two_forms() {
    let emulator = guarded(Duration::from_secs(60)).await;
    let get = async |path: &str, name: &'static str, value: &str| {
        let url = format!("{}{path}", emulator.base_url());
        let response = client().get(url).header(name, value).send().await.expect("an answer");
        (response.status().as_u16(), json(response).await)
    };
    let header = emulator.options().identity_header.clone();
    let msi = "/msi/token?resource=https%3A%2F%2Fmanagement.azure.com&api-version=2019-08-01";
    let (status, token) = get(msi, "X-IDENTITY-HEADER", &header).await;
    assert_eq!((status, &token["resource"]), (200, &json!("https://management.azure.com")));
    assert!(token["expires_on"].as_str().and_then(|text| text.parse::<i64>().ok()).is_some());
    assert_eq!(get(msi, "X-IDENTITY-HEADER", "guess").await.0, 401);
    assert_eq!(get("/msi/token", "X-IDENTITY-HEADER", &header).await.0, 400);
    let imds = "/metadata/identity/oauth2/token?resource=x&client_id=mine";
    let (status, token) = get(imds, "Metadata", "true").await;
    assert_eq!(
        (status, &token["expires_in"], &token["client_id"]),
        (200, &json!("60"), &json!("mine"))
    );
    assert_eq!(get(imds, "Metadata", "false").await.0, 400);
}
