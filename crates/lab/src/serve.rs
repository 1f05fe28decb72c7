//! `emulator`: the simulated Azure as a process of its own, for trying out.

use crate::emulator::{Clock, EmulatorOptions, Faults};
use crate::error::LabError;
use crate::fleet_spec::fleet_spec;
use crate::simulated::SimulatedAzure;
use azuregitops::cli::FleetArguments;
use azuregitops::plugin::Stop;
use clap::Args;
use fleet::FleetSpec;
use fleet::metrics::{FluxGeneration, MetricsOptions};
use std::io::Write;

/// Flags of `emulator`.
#[derive(Clone, Debug, Args)]
pub struct EmulatorArguments {
    /// Port on the loopback address; 0 picks a free one
    #[arg(long, default_value_t = 0, value_name = "N")]
    port: u16,
    #[command(flatten)]
    fleet: FleetArguments,
    /// Resource Graph requests allowed in five seconds; 0 means no limit
    #[arg(long, default_value_t = 15, value_name = "N")]
    quota: u32,
    /// Version of Flux on all clusters, as far as metrics depend on it
    #[arg(long, value_enum, default_value_t, value_name = "VERSION")]
    flux: FluxGeneration,
    /// Run a kube-state-metrics that is configured for Flux on each cluster
    #[arg(long)]
    kube_state_metrics: bool,
    /// How many times as fast as real time the emulator's clock runs
    #[arg(long, default_value_t = 1, value_name = "N")]
    time_factor: u32,
    /// Faults to inject, for example {"arg":[{"kind":"throttled","times":2}]}
    #[arg(long, value_name = "JSON", value_parser = parse_faults)]
    faults: Option<Faults>,
}

fn parse_faults(text: &str) -> Result<Faults, serde_json::Error> {
    serde_json::from_str(text)
}

/// Runs the emulator until `stop`; prints on `out` how to send requests to it.
///
/// # Errors
/// The port is in use.
pub async fn run(
    arguments: EmulatorArguments,
    stop: &Stop,
    out: &mut impl Write,
) -> Result<(), LabError> {
    let spec = fleet_spec(arguments.fleet, FleetSpec::default());
    let options = EmulatorOptions {
        port: arguments.port,
        quota: (arguments.quota > 0).then_some(arguments.quota),
        faults: arguments.faults.unwrap_or_default(),
        clock: Clock::fast(arguments.time_factor),
        metrics: MetricsOptions {
            generation: arguments.flux,
            kube_state_metrics: arguments.kube_state_metrics,
        },
        ..EmulatorOptions::from(spec)
    };
    let azure = SimulatedAzure::start(options).await?;
    writeln!(out, "{}\n\nAsk it from another terminal:", azure.description())?;
    for (name, value) in azure.environment() {
        writeln!(out, "  export {name}='{value}'")?;
    }
    writeln!(out, "  gpx_azuregitops query configurations --sign-in managed-identity")?;
    let url = azure.emulator().base_url();
    writeln!(out, "\nWhat was asked: {url}/_emulator/stats")?;
    writeln!(out, "For a Prometheus: {url}/_emulator/prometheus.yml?scheme=podAnnotations")?;
    out.flush()?;
    stop.requested().await;
    writeln!(out, "\nAsked for {}.", azure.requests())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use azuregitops::plugin::StopReason;

    #[tokio::test]
    async fn says_how_to_ask_it() {
        let arguments = EmulatorArguments {
            port: 0,
            fleet: FleetArguments { clusters: Some(2), configurations: Some(4), seed: None },
            quota: 0,
            flux: FluxGeneration::Flux21,
            kube_state_metrics: true,
            time_factor: 60,
            faults: None,
        };
        let stop = Stop::default();
        stop.request(StopReason::Signal);
        let mut out = Vec::new();
        run(arguments, &stop, &mut out).await.expect("runs");
        let text = String::from_utf8(out).expect("text");
        assert!(text.starts_with("2 clusters with 4 Flux configurations (seed 1)"), "{text}");
        assert!(text.contains("/_emulator/prometheus.yml?scheme="), "{text}");
        assert!(text.contains("export IDENTITY_ENDPOINT='http://127.0.0.1:"), "{text}");
    }

    #[test]
    fn faults_are_json() {
        assert!(parse_faults(r#"{"arg":[{"kind":"reset"}]}"#).is_ok());
        assert!(parse_faults(r#"{"nonsense":[]}"#).is_err());
    }
}
