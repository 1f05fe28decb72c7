//! Prometheus endpoints of the settings.

use super::{
    SettingsError,
    fields::{Fields, secret},
};
use crate::prometheus::{Forced, ForcedGeneration, LabelScheme};
use crate::upstream::is_private_channel;
use azure_core::credentials::Secret;
use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, HOST, HeaderMap, HeaderName, HeaderValue};
use std::collections::HashMap;
use url::Url;

/// A Prometheus endpoint or Azure Monitor workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrometheusEndpoint {
    /// Its name, unique without regard to case.
    pub name: String,
    /// Base URL, http or https, without user, password, query and fragment; `/api/v1/…` comes after it.
    pub url: Url,
    /// How to sign in.
    pub auth: PrometheusAuth,
    /// HTTP headers of every request: names are `headers`, values `secureJsonData["prometheusHeader.NAME.HEADER"]`, which
    /// no `Debug` shows.
    pub headers: HeaderMap,
    /// `generation` and `labels`: fixed instead of detected.
    pub forced: Forced,
}

/// How to sign in to a Prometheus endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrometheusAuth {
    /// No sign-in.
    None,
    /// With the data source's Azure identity; the URL is https, or on a loopback address.
    Azure,
    /// User and password.
    Basic {
        /// `username`.
        username: String,
        /// `secureJsonData["prometheusPassword.NAME"]`.
        password: Secret,
    },
    /// A fixed token.
    Bearer {
        /// `secureJsonData["prometheusToken.NAME"]`.
        token: Secret,
    },
}

pub(super) fn read(
    fields: &Fields,
    secure: &HashMap<String, String>,
) -> Result<Vec<PrometheusEndpoint>, SettingsError> {
    let mut endpoints: Vec<PrometheusEndpoint> = Vec::new();
    for fields in fields.objects("prometheus")? {
        let endpoint = endpoint(&fields, secure)?;
        if endpoints.iter().any(|known| known.name.eq_ignore_ascii_case(&endpoint.name)) {
            let field = fields.name("name");
            return Err(SettingsError::DuplicateName { field, name: endpoint.name });
        }
        endpoints.push(endpoint);
    }
    Ok(endpoints)
}

fn endpoint(
    fields: &Fields,
    secure: &HashMap<String, String>,
) -> Result<PrometheusEndpoint, SettingsError> {
    let name = fields.needed_text("name")?;
    let url = Url::parse(&fields.needed_text("url")?).ok().filter(is_base).ok_or_else(|| {
        SettingsError::WrongType {
            field: fields.name("url"),
            expected: "an http or https URL without user, password, query and fragment",
        }
    })?;
    let auth = match fields.text("auth")?.as_deref() {
        None | Some("none") => PrometheusAuth::None,
        Some("azure") if is_private_channel(&url) => PrometheusAuth::Azure,
        Some("azure") => return Err(SettingsError::InsecureUrl { field: fields.name("url") }),
        Some("basic") => PrometheusAuth::Basic {
            username: fields.needed_text("username")?,
            password: secret(secure, &[&format!("prometheusPassword.{name}")])?.into(),
        },
        Some("bearer") => PrometheusAuth::Bearer {
            token: secret(secure, &[&format!("prometheusToken.{name}")])?.into(),
        },
        Some(_) => {
            return Err(SettingsError::WrongType {
                field: fields.name("auth"),
                expected: "azure, none, basic or bearer",
            });
        }
    };
    let headers = headers(fields, &name, &auth, secure)?;
    Ok(PrometheusEndpoint { name, url, auth, headers, forced: forced(fields)? })
}

/// The sign-in sets `Authorization`, and the HTTP client sets the other two.
fn headers(
    fields: &Fields,
    endpoint: &str,
    auth: &PrometheusAuth,
    secure: &HashMap<String, String>,
) -> Result<HeaderMap, SettingsError> {
    let is_free = |text: &str| match text.parse::<HeaderName>() {
        Ok(AUTHORIZATION) => *auth == PrometheusAuth::None,
        Ok(name) => name != HOST && name != CONTENT_LENGTH,
        Err(_) => false,
    };
    let names = fields.texts(
        "headers",
        "the name of an HTTP header, other than Host, Content-Length and, with a sign-in, Authorization",
        is_free,
    )?;
    let mut headers = HeaderMap::new();
    for text in names {
        let key = format!("prometheusHeader.{endpoint}.{text}");
        let value = secret(secure, &[&key])?;
        let value: Option<HeaderValue> = value.trim().parse().ok();
        let name: Option<HeaderName> = text.parse().ok();
        let (Some(name), Some(mut value)) = (name, value) else {
            let field = format!("secureJsonData.{key}");
            return Err(SettingsError::WrongType { field, expected: "one line of text" });
        };
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(headers)
}

fn forced(fields: &Fields) -> Result<Forced, SettingsError> {
    let wrong = |key, expected| SettingsError::WrongType { field: fields.name(key), expected };
    let generation = match fields.text("generation")?.as_deref() {
        None | Some("auto") => None,
        Some("conditions") => Some(ForcedGeneration::Conditions),
        Some("resourceInfo") => Some(ForcedGeneration::ResourceInfo),
        Some("none") => Some(ForcedGeneration::None),
        Some(_) => return Err(wrong("generation", "auto, conditions, resourceInfo or none")),
    };
    let labels = match fields.text("labels")?.as_deref() {
        None | Some("auto") => None,
        Some("podAnnotations") => Some(LabelScheme::PodAnnotations),
        Some("podMonitor") => Some(LabelScheme::PodMonitor),
        Some("plain") => Some(LabelScheme::Plain),
        Some(_) => return Err(wrong("labels", "auto, podAnnotations, podMonitor or plain")),
    };
    Ok(Forced { generation, labels })
}

fn is_base(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
}
