//! Azure clouds: addresses of the sign-in, of Resource Manager and of the portal.

use super::http::is_private_channel;
use flux::same_text;
use serde::Deserialize;
use url::Url;

/// One Azure cloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cloud {
    /// Grafana's name for it, such as `AzureCloud`.
    pub name: String,
    /// Where tokens come from, such as `https://login.microsoftonline.com/`.
    pub authority: Url,
    /// Base of Resource Manager and Resource Graph, such as `https://management.azure.com/`.
    pub resource_manager: Url,
    /// Base of portal links, without a slash at the end; empty when a custom cloud has none.
    pub portal: String,
    /// Audience of tokens for Azure Monitor workspaces, such as `https://prometheus.monitor.azure.com`; empty when a
    /// custom cloud has none.
    pub prometheus_audience: String,
}

impl Cloud {
    /// Scope of tokens for Resource Manager and Resource Graph: `{resource_manager}/.default`.
    pub fn resource_manager_scope(&self) -> String {
        scope(self.resource_manager.as_str())
    }

    /// `true` for a cloud of the host's own list, `false` for a public one.
    pub fn is_custom(&self) -> bool {
        !PREDEFINED.iter().any(|(name, ..)| *name == self.name)
    }

    /// Scope of tokens for Azure Monitor workspaces; `None` when the cloud has none.
    pub fn prometheus_scope(&self) -> Option<String> {
        (!self.prometheus_audience.is_empty()).then(|| scope(&self.prometheus_audience))
    }
}

fn scope(audience: &str) -> String {
    format!("{}/.default", audience.trim_end_matches('/'))
}

/// Why a cloud cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CloudError {
    /// No cloud has this name.
    #[error("the Azure cloud \"{name}\" is not known; known are {}", known.join(", "))]
    Unknown {
        /// The name asked for.
        name: String,
        /// Names of all clouds there are.
        known: Vec<String>,
    },
    /// The list of custom clouds is not the JSON that it should be.
    #[error(
        "the list of custom clouds is not a JSON array of clouds (line {line}, column {column})"
    )]
    NotJson {
        /// Line of the text, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// A member of a custom cloud is no usable URL.
    #[error("{member} of the custom cloud \"{cloud}\" must be an https URL")]
    Url {
        /// Name of the cloud.
        cloud: String,
        /// Which member, as in the JSON.
        member: &'static str,
    },
}

/// The clouds that can be chosen: the predefined ones, then the host's custom ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clouds(Vec<Cloud>);

/// Name of the default cloud.
const PUBLIC: &str = "AzureCloud";

/// `(name, authority, resource manager, portal, audience of Prometheus)`, as in grafana-azure-sdk-go.
const PREDEFINED: [(&str, &str, &str, &str, &str); 3] = [
    (
        PUBLIC,
        "https://login.microsoftonline.com/",
        "https://management.azure.com",
        "https://portal.azure.com",
        "https://prometheus.monitor.azure.com",
    ),
    (
        "AzureChinaCloud",
        "https://login.chinacloudapi.cn/",
        "https://management.chinacloudapi.cn",
        "https://portal.azure.cn",
        "https://prometheus.monitor.azure.cn",
    ),
    (
        "AzureUSGovernment",
        "https://login.microsoftonline.us/",
        "https://management.usgovcloudapi.net",
        "https://portal.azure.us",
        "https://prometheus.monitor.azure.us",
    ),
];

/// Other names of the predefined clouds, compared without case.
const ALIASES: [(&str, &[&str]); 3] = [
    (PUBLIC, &["azurecloud", "azurepublic", "azurepubliccloud", "public"]),
    ("AzureChinaCloud", &["azurechina", "azurechinacloud", "china"]),
    (
        "AzureUSGovernment",
        &["azureusgovernment", "azureusgovernmentcloud", "usgov", "usgovernment"],
    ),
];

impl Default for Clouds {
    /// The predefined clouds.
    fn default() -> Self {
        let clouds = PREDEFINED.iter().filter_map(
            |&(name, authority, resource_manager, portal, prometheus_audience)| {
                // All of them parse; a test counts them.
                Some(Cloud {
                    name: name.to_owned(),
                    authority: Url::parse(authority).ok()?,
                    resource_manager: Url::parse(resource_manager).ok()?,
                    portal: portal.to_owned(),
                    prometheus_audience: prometheus_audience.to_owned(),
                })
            },
        );
        Self(clouds.collect())
    }
}

impl Clouds {
    /// The predefined clouds and those of `GFAZPL_AZURE_CLOUDS_CONFIG` (a JSON array; empty text = none). A predefined
    /// name cannot be redefined: the first cloud of a name counts.
    ///
    /// # Errors
    /// Text that is no such JSON, and URLs that are missing or neither https nor on a loopback address.
    pub fn with_custom(json: &str) -> Result<Self, CloudError> {
        let mut clouds = Self::default();
        if json.trim().is_empty() {
            return Ok(clouds);
        }
        let custom: Vec<CustomCloud> = serde_json::from_str(json)
            .map_err(|error| CloudError::NotJson { line: error.line(), column: error.column() })?;
        for cloud in custom {
            clouds.0.push(cloud.checked()?);
        }
        Ok(clouds)
    }

    /// The cloud of a name or alias; the empty name is the public cloud.
    ///
    /// # Errors
    /// No such cloud; the error lists those there are.
    pub fn find(&self, name: &str) -> Result<&Cloud, CloudError> {
        let name = if name.is_empty() { PUBLIC } else { name };
        let canonical = ALIASES
            .iter()
            .find(|(_, aliases)| aliases.iter().any(|alias| same_text(alias, name)))
            .map_or(name, |(canonical, _)| canonical);
        self.0.iter().find(|cloud| cloud.name == canonical).ok_or_else(|| CloudError::Unknown {
            name: name.to_owned(),
            known: self.0.iter().map(|cloud| cloud.name.clone()).collect(),
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CustomCloud {
    name: String,
    aad_authority: String,
    properties: CustomProperties,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CustomProperties {
    resource_manager: String,
    #[serde(default)]
    portal: String,
    #[serde(default)]
    prometheus_resource_id: String,
}

impl CustomCloud {
    fn checked(self) -> Result<Cloud, CloudError> {
        let url = |text: &str, member| {
            Url::parse(text)
                .ok()
                .filter(is_private_channel)
                .ok_or_else(|| CloudError::Url { cloud: self.name.clone(), member })
        };
        Ok(Cloud {
            authority: url(&self.aad_authority, "aadAuthority")?,
            resource_manager: url(&self.properties.resource_manager, "resourceManager")?,
            portal: self.properties.portal.trim_end_matches('/').to_owned(),
            prometheus_audience: self
                .properties
                .prometheus_resource_id
                .trim_end_matches('/')
                .to_owned(),
            name: self.name,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upstream::testing::fixtures::replies;

    #[test]
    fn predefined_clouds_are_those_of_grafana() {
        assert_eq!(Clouds::default().0.len(), PREDEFINED.len());
        for json in replies("clouds/predefined-clouds.json") {
            let published: Vec<CustomCloud> = serde_json::from_str(&json).expect("JSON");
            assert_eq!(published.len(), PREDEFINED.len());
            for cloud in published {
                let expected = cloud.checked().expect("https");
                assert_eq!(Clouds::default().find(&expected.name), Ok(&expected));
            }
        }
    }

    #[test]
    fn aliases_are_found_in_any_case() {
        for (alias, name) in [
            ("", "AzureCloud"),
            ("public", "AzureCloud"),
            ("AzurePublicCloud", "AzureCloud"),
            ("CHINA", "AzureChinaCloud"),
            ("usgov", "AzureUSGovernment"),
        ] {
            let clouds = Clouds::default();
            assert_eq!(clouds.find(alias).map(|cloud| cloud.name.as_str()), Ok(name));
        }
    }

    #[test]
    fn custom_clouds_come_after_the_predefined() {
        for (json, manager) in replies("clouds/custom-clouds-config-example.json").iter().zip([
            "https://management.fjord.example",
            "https://management.azure.cloud1.contoso.com",
        ]) {
            let clouds = Clouds::with_custom(json).expect("example");
            let cloud = clouds.find("CustomCloud1").expect("custom");
            assert_eq!(cloud.resource_manager_scope(), format!("{manager}/.default"));
            assert!(cloud.is_custom() && !clouds.find("public").expect("public").is_custom());
            let error = clouds.find("azuregermancloud").expect_err("gone");
            assert_eq!(
                error.to_string(),
                "the Azure cloud \"azuregermancloud\" is not known; known are AzureCloud, AzureChinaCloud, AzureUSGovernment, CustomCloud1"
            );
        }
    }

    #[test]
    fn urls_are_https_or_on_loopback() {
        let json = |authority: &str, manager: &str| {
            format!(
                r#"[{{"name":"c","aadAuthority":"{authority}","properties":{{"resourceManager":"{manager}"}}}}]"#
            )
        };
        let local = Clouds::with_custom(&json("http://127.0.0.1:1/", "http://[::1]:2"));
        assert_eq!(local.expect("loopback").find("c").expect("c").prometheus_scope(), None);
        for (authority, manager, member) in [
            ("http://login.contoso.com", "https://m", "aadAuthority"),
            ("https://login.contoso.com", "http://10.0.0.1", "resourceManager"),
            ("https://login.contoso.com", "", "resourceManager"),
        ] {
            assert_eq!(
                Clouds::with_custom(&json(authority, manager)),
                Err(CloudError::Url { cloud: "c".to_owned(), member })
            );
        }
        assert!(matches!(Clouds::with_custom("{}"), Err(CloudError::NotJson { .. })));
        assert_eq!(Clouds::with_custom(" "), Ok(Clouds::default()));
    }
}
