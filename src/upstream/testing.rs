//! Fakes for tests: an HTTP server with scripted replies, and credentials that count.

use super::{Cloud, CredentialFactory};
use async_trait::async_trait;
use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Method, Uri, header},
    response::Response,
};
use azure_core::{
    credentials::{AccessToken, TokenCredential, TokenRequestOptions},
    error::{Error, ErrorKind},
    time::{Duration, OffsetDateTime},
};
use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};
use url::Url;

pub(crate) mod fixtures;

/// A request as it arrived.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) method: Method,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: serde_json::Value,
    /// The body as a form.
    pub(crate) form: Vec<(String, String)>,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// What is sent back.
pub(crate) enum Reply {
    Answer(Response),
    /// Never anything.
    Silence,
}

/// A reply of a status, with headers and a body.
pub(crate) fn reply(status: u16, headers: &[(&str, &str)], body: impl Into<Body>) -> Reply {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    Reply::Answer(response.body(body.into()).expect("reply"))
}

/// A body that breaks off after this.
pub(crate) fn broken_body(begin: impl Into<Bytes>) -> Body {
    let begin = futures::stream::iter([Ok(begin.into())]);
    let end = futures::stream::once(async {
        // Without a pause, not even the begin would leave.
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        Err(std::io::Error::other("gone"))
    });
    Body::from_stream(futures::StreamExt::chain(begin, end))
}

#[derive(Default)]
struct Script {
    replies: Mutex<VecDeque<Reply>>,
    received: Mutex<Vec<Received>>,
}

/// A server on a free port that gives its replies in order, then 418.
pub(crate) struct Fake {
    pub(crate) url: Url,
    script: Arc<Script>,
}

impl Fake {
    pub(crate) async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let script = Arc::new(Script {
            replies: Mutex::new(replies.into_iter().collect()),
            received: Mutex::default(),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("port");
        let url = format!("http://{}/", listener.local_addr().expect("address"));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&script));
        tokio::spawn(axum::serve(listener, router).into_future());
        Self { url: Url::parse(&url).expect("URL"), script }
    }

    /// A cloud whose Resource Manager is this server.
    pub(crate) fn cloud(&self) -> Cloud {
        Cloud {
            name: "fake".to_owned(),
            authority: self.url.clone(),
            resource_manager: self.url.clone(),
            portal: String::new(),
            prometheus_audience: String::new(),
        }
    }

    /// What has arrived since the last call.
    pub(crate) fn received(&self) -> Vec<Received> {
        std::mem::take(&mut self.script.received.lock().expect("lock"))
    }
}

async fn answer(
    State(script): State<Arc<Script>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let target = uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let form = url::form_urlencoded::parse(&body).into_owned().collect();
    let body = serde_json::from_slice(&body).unwrap_or_default();
    script.received.lock().expect("lock").push(Received { method, target, headers, body, form });
    let reply = script.replies.lock().expect("lock").pop_front();
    match reply {
        Some(Reply::Answer(response)) => response,
        Some(Reply::Silence) => std::future::pending().await,
        None => Response::builder()
            .status(418)
            .header(header::CONTENT_TYPE, "text/plain")
            .body(Body::from("not in the script"))
            .expect("reply"),
    }
}

/// Makes credentials whose tokens are `token-1`, `token-2`, … in the order of the sign-ins.
#[derive(Debug, Default)]
pub(crate) struct SignIns {
    made: AtomicUsize,
    /// Life of a token in seconds; negative = the sign-in fails.
    life: std::sync::atomic::AtomicI64,
}

impl SignIns {
    pub(crate) fn new(life_seconds: i64) -> Arc<Self> {
        let sign_ins = Self::default();
        sign_ins.live(life_seconds);
        Arc::new(sign_ins)
    }

    pub(crate) fn live(&self, life_seconds: i64) {
        self.life.store(life_seconds, Ordering::SeqCst);
    }

    /// How many sign-ins there were.
    pub(crate) fn count(&self) -> usize {
        self.made.load(Ordering::SeqCst)
    }

    pub(crate) fn factory(self: &Arc<Self>) -> CredentialFactory {
        let sign_ins = Arc::clone(self);
        Arc::new(move || Ok(Arc::new(FakeCredential(Arc::clone(&sign_ins)))))
    }
}

#[derive(Debug)]
struct FakeCredential(Arc<SignIns>);

#[async_trait]
impl TokenCredential for FakeCredential {
    async fn get_token(
        &self,
        _scopes: &[&str],
        _options: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let number = self.0.made.fetch_add(1, Ordering::SeqCst) + 1;
        // Lets all other callers ask before there is an answer.
        tokio::task::yield_now().await;
        match self.0.life.load(Ordering::SeqCst) {
            life @ 0.. => Ok(AccessToken::new(
                format!("token-{number}"),
                OffsetDateTime::now_utc() + Duration::seconds(life),
            )),
            _ => Err(Error::with_message(ErrorKind::Credential, format!("refused {number}"))),
        }
    }
}
