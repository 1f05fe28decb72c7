//! Bearer tokens: cached, renewed in time, and fetched once for all concurrent requests.

use super::{CredentialFactory, UpstreamError, sign_in};
use azure_core::credentials::{AccessToken, Secret};
use reqwest::header::HeaderValue;
use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::time::Instant;

/// A token is renewed this long before it expires, or at half of its life where that is shorter.
const RENEW_BEFORE: Duration = Duration::from_secs(5 * 60);
/// When a renewal fails and the old token still works, the next attempt is made after this time.
const RENEW_AGAIN: Duration = Duration::from_secs(30);

/// A bearer token of one scope. Its text is in no `Debug` and no error.
pub struct Token {
    secret: Secret,
    renew_at: Instant,
    expires_at: Instant,
}

impl Token {
    fn new(token: AccessToken, now: Instant) -> Self {
        let life = token.expires_on - azure_core::time::OffsetDateTime::now_utc();
        let life = Duration::try_from(life).unwrap_or(Duration::ZERO);
        Self {
            secret: token.token,
            renew_at: now + life.saturating_sub(RENEW_BEFORE.min(life / 2)),
            expires_at: now + life,
        }
    }

    /// Value of the `Authorization` header.
    pub(super) fn header_value(&self) -> HeaderValue {
        bearer_header(&self.secret)
    }

    #[cfg(test)]
    pub(super) fn fake(text: &'static str) -> Self {
        let now = Instant::now();
        Self { secret: Secret::new(text), renew_at: now, expires_at: now }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// Value of the `Authorization` header for a token, marked as sensitive. A token with characters that a header can't
/// hold becomes a placeholder that every upstream rejects: no upstream would accept such a token either.
pub(super) fn bearer_header(token: &Secret) -> HeaderValue {
    let mut value = HeaderValue::try_from(format!("Bearer {}", token.secret().trim()))
        .unwrap_or_else(|_| HeaderValue::from_static("Bearer unusable"));
    value.set_sensitive(true);
    value
}

/// A sign-in that has until `deadline`.
///
/// # Errors
/// As the sign-in; one that takes longer has timed out.
pub(super) async fn sign_in_by<T>(
    deadline: Instant,
    sign_in: impl Future<Output = Result<T, UpstreamError>>,
) -> Result<T, UpstreamError> {
    let begun = Instant::now();
    tokio::time::timeout_at(deadline, sign_in).await.unwrap_or_else(|_| {
        let after = deadline.duration_since(begun);
        Err(UpstreamError::TimedOut { upstream: super::Upstream::Identity, after })
    })
}

/// The tokens of one data source instance, one per scope.
pub struct Tokens {
    factory: CredentialFactory,
    timeout: Duration,
    slots: Mutex<HashMap<String, Arc<Slot>>>,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").finish_non_exhaustive()
    }
}

#[derive(Default)]
struct Slot {
    /// Number of failed sign-ins. A caller reads it before waiting for `state`, and so knows whether a sign-in failed while
    /// it waited.
    failures: AtomicU64,
    /// Held while signing in: that is the single flight.
    state: tokio::sync::Mutex<State>,
}

#[derive(Default)]
struct State {
    token: Option<Arc<Token>>,
    /// Set after a failed renewal, while the old token still works.
    not_before: Option<Instant>,
    last_failure: Option<UpstreamError>,
}

impl Tokens {
    /// Tokens from the credentials that `factory` makes: one for each sign-in, since a credential object keeps tokens
    /// that were rejected. A sign-in takes at most `timeout`.
    pub fn new(factory: CredentialFactory, timeout: Duration) -> Self {
        Self { factory, timeout, slots: Mutex::default() }
    }

    /// A token for a scope (`…/.default`), from the cache where it holds one that is good for a while.
    ///
    /// # Errors
    /// The sign-in fails and there is no token that still works. All callers that waited for the same sign-in get the same
    /// error.
    pub async fn bearer(&self, scope: &str) -> Result<Arc<Token>, UpstreamError> {
        self.get(scope, None).await
    }

    /// A token other than `rejected`, which an upstream answered with 401. A rejected token is replaced once, however many
    /// callers report it.
    ///
    /// # Errors
    /// As [`Tokens::bearer`].
    pub async fn renew(
        &self,
        scope: &str,
        rejected: &Arc<Token>,
    ) -> Result<Arc<Token>, UpstreamError> {
        self.get(scope, Some(rejected)).await
    }

    async fn get(
        &self,
        scope: &str,
        rejected: Option<&Arc<Token>>,
    ) -> Result<Arc<Token>, UpstreamError> {
        let slot = self.slot(scope);
        let failures_seen = slot.failures.load(Ordering::Acquire);
        let mut state = slot.state.lock().await;
        if let (Some(token), Some(rejected)) = (&state.token, rejected)
            && Arc::ptr_eq(token, rejected)
        {
            state.token = None;
        }
        let now = Instant::now();
        if let Some(token) = &state.token
            && now < state.not_before.unwrap_or(token.renew_at).min(token.expires_at)
        {
            return Ok(Arc::clone(token));
        }
        if let Some(error) = &state.last_failure
            && slot.failures.load(Ordering::Acquire) != failures_seen
        {
            return Err(error.clone());
        }
        match sign_in::token(&self.factory, scope, self.timeout).await {
            Ok(token) => {
                let token = Arc::new(Token::new(token, now));
                *state = State { token: Some(Arc::clone(&token)), ..State::default() };
                Ok(token)
            }
            Err(error) => {
                let now = Instant::now();
                if let Some(token) = &state.token
                    && now < token.expires_at
                {
                    let token = Arc::clone(token);
                    state.not_before = Some(now + RENEW_AGAIN);
                    return Ok(token);
                }
                state.last_failure = Some(error.clone());
                slot.failures.fetch_add(1, Ordering::Release);
                Err(error)
            }
        }
    }

    fn slot(&self, scope: &str) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = slots.get(scope) {
            return Arc::clone(slot);
        }
        Arc::clone(slots.entry(scope.to_owned()).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upstream::testing::SignIns;
    use futures::future::join_all;

    const SCOPE: &str = "https://management.azure.com/.default";
    const MINUTE: Duration = Duration::from_secs(60);

    fn tokens(sign_ins: &Arc<SignIns>) -> Tokens {
        Tokens::new(sign_ins.factory(), MINUTE)
    }

    async fn text(tokens: &Tokens) -> String {
        tokens.bearer(SCOPE).await.expect("token").secret.secret().to_owned()
    }

    #[tokio::test]
    async fn many_askers_are_one_sign_in() {
        let sign_ins = SignIns::new(3_600);
        let tokens = tokens(&sign_ins);
        let all = join_all((0..100).map(|_| text(&tokens))).await;
        assert!(all.iter().all(|token| token == "token-1"));
        tokens.bearer("https://prometheus.monitor.azure.com/.default").await.expect("token");
        assert_eq!(sign_ins.count(), 2, "one for each scope");
    }

    #[tokio::test]
    async fn many_askers_share_one_failure() {
        let sign_ins = SignIns::new(-1);
        let tokens = tokens(&sign_ins);
        let all = join_all((0..100).map(|_| tokens.bearer(SCOPE))).await;
        assert_eq!(sign_ins.count(), 1);
        for result in all {
            let error = result.expect_err("refused");
            assert_eq!(
                error.to_string(),
                "the Azure identity did not accept the sign-in: refused 1"
            );
        }
        sign_ins.live(3_600);
        assert_eq!(text(&tokens).await, "token-2", "a later caller signs in again");
    }

    #[tokio::test(start_paused = true)]
    async fn tokens_are_renewed_five_minutes_before_they_expire() {
        let sign_ins = SignIns::new(3_600);
        let tokens = tokens(&sign_ins);
        assert_eq!(text(&tokens).await, "token-1");
        tokio::time::advance(MINUTE * 54).await;
        assert_eq!(text(&tokens).await, "token-1");
        tokio::time::advance(MINUTE).await;
        assert_eq!(text(&tokens).await, "token-2");
    }

    #[tokio::test(start_paused = true)]
    async fn short_tokens_are_renewed_at_half_of_their_life() {
        let sign_ins = SignIns::new(120);
        let tokens = tokens(&sign_ins);
        assert_eq!(text(&tokens).await, "token-1");
        tokio::time::advance(Duration::from_secs(58)).await;
        assert_eq!(text(&tokens).await, "token-1");
        tokio::time::advance(Duration::from_secs(3)).await;
        assert_eq!(text(&tokens).await, "token-2");
    }

    #[tokio::test(start_paused = true)]
    async fn a_failed_renewal_keeps_the_old_token_while_it_works() {
        let sign_ins = SignIns::new(3_600);
        let tokens = tokens(&sign_ins);
        assert_eq!(text(&tokens).await, "token-1");
        sign_ins.live(-1);
        tokio::time::advance(MINUTE * 56).await;
        assert_eq!(text(&tokens).await, "token-1");
        assert_eq!(text(&tokens).await, "token-1");
        assert_eq!(sign_ins.count(), 2, "not asked again at once");
        tokio::time::advance(RENEW_AGAIN).await;
        assert_eq!(text(&tokens).await, "token-1");
        assert_eq!(sign_ins.count(), 3);
        tokio::time::advance(MINUTE * 4).await;
        tokens.bearer(SCOPE).await.expect_err("expired");
    }

    #[tokio::test]
    async fn a_rejected_token_is_replaced_once() {
        let sign_ins = SignIns::new(3_600);
        let tokens = tokens(&sign_ins);
        let rejected = tokens.bearer(SCOPE).await.expect("token");
        let renewed = join_all((0..50).map(|_| tokens.renew(SCOPE, &rejected))).await;
        assert!(
            renewed.iter().all(|token| {
                token.as_ref().is_ok_and(|token| token.secret.secret() == "token-2")
            })
        );
        assert_eq!(sign_ins.count(), 2);
        assert_eq!(text(&tokens).await, "token-2");
    }

    #[tokio::test(start_paused = true)]
    async fn a_sign_in_takes_no_longer_than_its_timeout() {
        #[derive(Debug)]
        struct Silent;
        #[async_trait::async_trait]
        impl azure_core::credentials::TokenCredential for Silent {
            async fn get_token(
                &self,
                _: &[&str],
                _: Option<azure_core::credentials::TokenRequestOptions<'_>>,
            ) -> azure_core::Result<AccessToken> {
                std::future::pending().await
            }
        }
        let tokens = Tokens::new(Arc::new(|| Ok(Arc::new(Silent))), MINUTE);
        let error = tokens.bearer(SCOPE).await.expect_err("late");
        assert_eq!(error.to_string(), "the Azure identity did not answer within 60 s");
    }

    #[tokio::test]
    async fn nothing_prints_a_token() {
        let tokens = tokens(&SignIns::new(3_600));
        let token = tokens.bearer(SCOPE).await.expect("token");
        let printed = format!("{token:?} {tokens:?} {:?}", token.header_value());
        assert!(!printed.contains("token-1"), "{printed}");
        assert_eq!(token.header_value().to_str().ok(), Some("Bearer token-1"));
    }
}
