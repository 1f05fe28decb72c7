//! `query`: runs one query in this process, on Azure or on a simulated fleet.

use super::error::CliError;
use super::render::{self, Output, Page};
use crate::connect;
use crate::instance::{Surroundings, system_clock};
use crate::query::{Control, Query, QueryType, TimeRange};
use crate::settings::{HostEnvironment, Settings, SettingsError, SignIn};
use crate::upstream::CredentialSpec;
use clap::{Args, ValueEnum};
use flux::UtcMillis;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;

/// Environment variable with the secret. It is never a flag, because other users of the machine can read flags.
const SECRET: &str = "AZURE_CLIENT_SECRET";
/// Time range of a query from the terminal, milliseconds.
const HOUR: i64 = 3_600_000;

/// Flags of `query`.
#[derive(Debug, Args)]
pub struct QueryArguments {
    /// Query type, for example configurations
    #[arg(value_name = "TYPE")]
    query_type: String,
    /// A parameter; separate the values of a list by commas or repeat the flag
    #[arg(short, long = "param", value_name = "NAME=VALUE")]
    params: Vec<String>,
    /// The format of the answer
    #[arg(short, long, value_enum, default_value_t)]
    output: Output,
    /// Most rows of a table; json and csv have all rows
    #[arg(long, default_value_t = 50, value_name = "N")]
    rows: usize,
    #[command(flatten)]
    source: Source,
}

/// The source of the answer.
#[derive(Debug, Args)]
struct Source {
    /// Query a simulated fleet instead of Azure
    #[arg(long)]
    demo: bool,
    #[command(flatten)]
    fleet: FleetArguments,
    /// How to sign in; by default with the secret if the environment has one, otherwise as the user of the Azure CLI
    #[arg(long, value_enum, value_name = "WAY")]
    sign_in: Option<Way>,
    /// Directory (tenant) of the application
    #[arg(long, env = "AZURE_TENANT_ID", hide_env_values = true, value_name = "ID")]
    tenant: Option<String>,
    /// Client id of the application, or of a user-assigned identity
    #[arg(long, env = "AZURE_CLIENT_ID", hide_env_values = true, value_name = "ID")]
    client_id: Option<String>,
    /// Name of the Azure cloud, if not the public one
    #[arg(long, value_name = "NAME")]
    cloud: Option<String>,
    /// Only this subscription; may be repeated
    #[arg(long = "subscription", value_name = "ID")]
    subscriptions: Vec<String>,
    /// Only this management group; may be repeated
    #[arg(long = "management-group", value_name = "NAME")]
    management_groups: Vec<String>,
    /// Query this Prometheus too; may be repeated. Azure Monitor workspaces use the sign-in of Azure
    #[arg(long = "prometheus", value_name = "URL")]
    prometheus: Vec<String>,
    /// Query every Azure Monitor workspace that is visible
    #[arg(long)]
    workspaces: bool,
}

/// Size of the simulated fleet.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct FleetArguments {
    /// Simulated clusters
    #[arg(long, value_name = "N")]
    pub clusters: Option<u32>,
    /// Simulated Flux configurations, over all clusters
    #[arg(long, value_name = "N")]
    pub configurations: Option<u32>,
    /// Seed of the simulated fleet: another seed makes another fleet
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
}

/// How to sign in to Azure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Way {
    /// The user who is signed in to the Azure CLI
    Cli,
    /// An application, with its secret in the environment variable `AZURE_CLIENT_SECRET`
    Secret,
    /// The managed identity of this host
    ManagedIdentity,
    /// The workload identity of this pod
    WorkloadIdentity,
}

/// Runs the query and writes the answer to `out`. `process` is the environment. The flag replaces `page.rows`.
///
/// # Errors
/// The flags make no valid query or settings, or the query fails.
pub async fn run(
    arguments: &QueryArguments,
    process: &HashMap<String, String>,
    out: &mut impl Write,
    page: Page,
) -> Result<(), CliError> {
    let query_type = Query::find(&arguments.query_type)?;
    let params = params(query_type, &arguments.params)?;
    let surroundings = Surroundings {
        clock: system_clock(),
        upstream: Arc::new(|_, _, _| ()),
        refreshed: Arc::new(|_, _| ()),
    };
    let now = (surroundings.clock)();
    let range = TimeRange { from: UtcMillis(now.0 - HOUR), to: now };
    let query = Query::new("A", query_type, &params, range)?;
    let instance = connect::instance(&arguments.source.settings(process)?, surroundings)?;
    let frames = instance.answer(&query).await?;
    render::write(out, &frames, arguments.output, Page { rows: arguments.rows, ..page })?;
    Ok(())
}

/// Converts `NAME=VALUE` texts to `params`, each with the type of its parameter. Unknown names are passed on, so that
/// the query refuses them.
fn params(query_type: &QueryType, given: &[String]) -> Result<Map<String, Value>, CliError> {
    let specs = query_type.params();
    let mut params = Map::new();
    for text in given {
        let (name, value) =
            text.split_once('=').ok_or_else(|| CliError::Param { given: text.clone() })?;
        let control = specs.iter().find(|spec| spec.name == name).map(|spec| spec.control);
        match control {
            Some(Control::Values(_) | Control::Dimensions(_) | Control::Labels) => {
                let list = params.entry(name).or_insert_with(|| json!([]));
                if let Value::Array(list) = list {
                    list.extend(value.split(',').map(|part| json!(part.trim())));
                }
            }
            Some(Control::Number { .. }) => {
                let number =
                    value.parse::<i64>().map_or_else(|_| json!(value), |number| json!(number));
                params.insert(name.to_owned(), number);
            }
            Some(Control::Dimension(_) | Control::OneOf(_) | Control::Metric | Control::Switch)
            | None => {
                params.insert(name.to_owned(), json!(value));
            }
        }
    }
    Ok(params)
}

impl Source {
    fn settings(&self, process: &HashMap<String, String>) -> Result<Settings, CliError> {
        let mut host = HostEnvironment::read(&HashMap::new(), process)?;
        let FleetArguments { clusters, configurations, seed } = self.fleet;
        // Members without a value are null, which the settings treat as missing.
        let mut json_data = json!({
            "demo": self.demo,
            "demoClusters": clusters,
            "demoConfigurations": configurations,
            "demoSeed": seed,
            "subscriptions": self.subscriptions,
            "managementGroups": self.management_groups,
            "prometheus": self.prometheus.iter().map(|url| endpoint(url)).collect::<Value>(),
            "workspaces": if self.workspaces { "auto" } else { "none" },
        });
        let mut secure = HashMap::new();
        if self.demo {
            return parse(&json_data, &secure, &host);
        }
        if let Some(cloud) = &self.cloud {
            host.default_cloud.clone_from(cloud);
        }
        let secret = process.get(SECRET).filter(|secret| !secret.is_empty());
        let by_default = if secret.is_some() { Way::Secret } else { Way::Cli };
        match self.sign_in.unwrap_or(by_default) {
            Way::Cli => {
                // The data source's settings don't offer the Azure CLI, because Grafana's server has none.
                host.managed_identity.get_or_insert_default();
                json_data["azureCredentials"] = json!({ "authType": "msi" });
                let cloud = host
                    .clouds
                    .find(&host.default_cloud)
                    .map_err(|cause| SettingsError::Cloud { field: "--cloud", cause })?;
                let cloud = Box::new(cloud.clone());
                let sign_in = SignIn::Azure { cloud, credential: CredentialSpec::AzureCli };
                return Ok(Settings { sign_in, ..parse(&json_data, &secure, &host)? });
            }
            Way::Secret => {
                let secret = secret.ok_or(CliError::SignIn { missing: SECRET })?;
                secure.insert("azureClientSecret".to_owned(), secret.clone());
                let missing = |missing| move || CliError::SignIn { missing };
                json_data["azureCredentials"] = json!({
                    "authType": "clientsecret",
                    "azureCloud": self.cloud,
                    "tenantId": self.tenant.as_ref().ok_or_else(missing("--tenant"))?,
                    "clientId": self.client_id.as_ref().ok_or_else(missing("--client-id"))?,
                });
            }
            Way::ManagedIdentity => {
                let client_id = self.client_id.clone();
                host.managed_identity = Some(crate::settings::ManagedIdentity { client_id });
                json_data["azureCredentials"] = json!({ "authType": "msi" });
            }
            Way::WorkloadIdentity => {
                host.workload_identity.get_or_insert_default();
                json_data["azureCredentials"] = json!({
                    "authType": "workloadidentity",
                    "tenantId": self.tenant,
                    "clientId": self.client_id,
                });
            }
        }
        parse(&json_data, &secure, &host)
    }
}

/// An endpoint of the settings. Its URL is also its name.
fn endpoint(url: &str) -> Value {
    let auth = if url.contains(".prometheus.monitor.") { "azure" } else { "none" };
    json!({ "name": url, "url": url, "auth": auth })
}

fn parse(
    json_data: &Value,
    secure: &HashMap<String, String>,
    host: &HostEnvironment,
) -> Result<Settings, CliError> {
    Ok(Settings::parse(json_data.to_string().as_bytes(), secure, host)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Demo;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        query: QueryArguments,
    }

    fn source(line: &[&str]) -> Source {
        let line = ["x", "configurations"].iter().chain(line);
        Line::try_parse_from(line).expect("good flags").query.source
    }

    fn settings(line: &[&str], process: &[(&str, &str)]) -> Result<Settings, CliError> {
        let process =
            process.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        source(line).settings(&process)
    }

    #[test]
    fn flags_become_parameters_of_the_right_type() {
        let query_type = Query::find("configurations").expect("there");
        let given = ["clusters=a, b", "clusters=c", "limit=5", "nonsense=x=y"].map(str::to_owned);
        let params = params(query_type, &given).expect("NAME=VALUE");
        assert_eq!(
            Value::Object(params),
            json!({ "clusters": ["a", "b", "c"], "limit": 5, "nonsense": "x=y" })
        );
        let error = super::params(query_type, &["clusters".to_owned()]).expect_err("no =");
        assert_eq!(error.text(), "--param clusters: write it as NAME=VALUE");
    }

    #[test]
    fn the_simulated_fleet_needs_no_sign_in() {
        let settings = settings(&["--demo", "--clusters", "3"], &[]).expect("settings");
        let demo = Demo { clusters: Some(3), ..Demo::default() };
        assert_eq!(settings.sign_in, SignIn::Demo(demo));
    }

    #[test]
    fn signs_in_as_the_environment_suggests() {
        let way = |line: &[&str], process: &[(&str, &str)]| match settings(line, process) {
            Ok(Settings { sign_in: SignIn::Azure { cloud, credential }, .. }) => {
                (cloud.name, credential)
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(way(&[], &[]), ("AzureCloud".to_owned(), CredentialSpec::AzureCli));
        let secret = [(SECRET, "hush")];
        let line = ["--tenant", "t", "--client-id", "c", "--cloud", "AzureChinaCloud"];
        let (cloud, credential) = way(&line, &secret);
        assert_eq!(cloud, "AzureChinaCloud");
        assert!(
            matches!(credential, CredentialSpec::ClientSecret { tenant_id, .. } if tenant_id == "t")
        );
        let (_, credential) = way(&["--sign-in", "managed-identity", "--client-id", "c"], &[]);
        assert_eq!(credential, CredentialSpec::ManagedIdentity { client_id: Some("c".to_owned()) });
        let (_, credential) = way(&["--sign-in", "workload-identity"], &[]);
        assert!(matches!(credential, CredentialSpec::WorkloadIdentity { .. }));
    }

    #[test]
    fn says_what_a_sign_in_lacks() {
        let error = settings(&["--sign-in", "secret"], &[]).expect_err("no secret");
        assert_eq!(error.text(), "signing in with a client secret needs AZURE_CLIENT_SECRET");
        let error = settings(&["--cloud", "Moon"], &[]).expect_err("no such cloud");
        assert!(
            error.text().contains("--cloud") && error.text().contains("AzureUSGovernment"),
            "{}",
            error.text()
        );
    }
}
