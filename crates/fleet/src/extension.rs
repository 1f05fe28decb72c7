//! Extensions: one `microsoft.flux` per cluster, and other extensions, which a query must not mistake for Flux.

use super::catalogue::FLUX_VERSIONS;
use super::cluster::Cluster;
use super::dice::{Dice, Topic};
use super::json::{Json, fixed, object};
use super::times::{DAY, Form, HOUR, last_event};
use arcstr::literal;
use flux::{ProvisioningState, Text, UtcMillis};

/// Which shape a Resource Graph row of an extension has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// `PascalCase` names, as in nearly all rows.
    Pascal,
    /// camelCase names, as Resource Manager writes them.
    Camel,
    /// The API of 2021: `installState` instead of `provisioningState`.
    Of2021,
}

/// One extension of the fleet, before it is written as JSON.
pub(super) struct Extension<'a> {
    cluster: &'a Cluster,
    seed: u64,
    /// Index of its cluster.
    index: usize,
    pub flux: bool,
    pub state: ProvisioningState,
    /// Index into [`FAILURES`] when the installation failed.
    failure: usize,
    shape: Shape,
    pub version: &'static str,
    pinned: bool,
}

/// The cluster's index within its block of forty clusters; special cases have fixed indices. The seed shifts the
/// blocks.
fn slot(seed: u64, index: usize) -> u64 {
    (index as u64 + seed % 40) % 40
}

impl<'a> Extension<'a> {
    pub(super) fn flux(seed: u64, index: usize, cluster: &'a Cluster) -> Self {
        let state = match slot(seed, index) {
            7 | 26 => ProvisioningState::Failed,
            15 => ProvisioningState::Updating,
            34 if index % 80 < 40 => ProvisioningState::Creating,
            _ => ProvisioningState::Succeeded,
        };
        let shape = match slot(seed, index) {
            3 | 20 => Shape::Camel,
            11 | 29 => Shape::Of2021,
            _ => Shape::Pascal,
        };
        let mut dice = Dice::new(seed, Topic::Extension, index as u64);
        let mut draw = dice.below(40);
        let version = FLUX_VERSIONS
            .iter()
            .find_map(|(version, share)| match draw.checked_sub(*share) {
                None => Some(*version),
                Some(rest) => {
                    draw = rest;
                    None
                }
            })
            .unwrap_or(FLUX_VERSIONS[0].0);
        let failure = if slot(seed, index) == 7 { index % 2 } else { 2 + index % 2 };
        Self {
            cluster,
            seed,
            index,
            flux: true,
            state,
            failure,
            shape,
            version,
            pinned: dice.below(10) == 0,
        }
    }

    /// Container monitoring, as one cluster in four has it.
    pub(super) fn monitoring(seed: u64, index: usize, cluster: &'a Cluster) -> Self {
        Self {
            cluster,
            seed,
            index,
            flux: false,
            state: ProvisioningState::Succeeded,
            failure: 0,
            shape: if slot(seed, index).is_multiple_of(8) { Shape::Camel } else { Shape::Pascal },
            version: "3.1.27",
            pinned: false,
        }
    }

    pub(super) fn name(&self) -> Text {
        if self.flux { literal!("flux") } else { literal!("azuremonitor-containers") }
    }

    /// Its ARM id, in its creator's spelling.
    pub(super) fn id(&self) -> Text {
        let (stem, word) = match self.index % 4 {
            1 => (&self.cluster.other_id, "Extensions"),
            _ => (&self.cluster.id, "extensions"),
        };
        Text::from(format!(
            "{stem}/providers/Microsoft.KubernetesConfiguration/{word}/{}",
            self.name()
        ))
    }

    /// `properties` of the Resource Graph row.
    pub(super) fn graph_properties(&self, now: UtcMillis) -> Json {
        match self.shape {
            Shape::Pascal => self.properties(now).pascal_case("configurationSettings"),
            Shape::Camel => self.properties(now),
            Shape::Of2021 => self.properties_of_2021(now),
        }
    }

    /// The identity that the extension's agents use.
    pub(super) fn identity(&self) -> Json {
        let mut dice = self.dice(1);
        object! {
            "principalId": (dice.guid()),
            "tenantId": null,
            "type": "SystemAssigned",
        }
    }

    /// Resource Manager's answer.
    pub(super) fn resource(&self, now: UtcMillis) -> Json {
        let created = self.created(now);
        let (created, changed) =
            (Form::OffsetTicks.write(created), Form::OffsetTicks.write(self.changed(now)));
        object! {
            "id": (self.id()),
            "name": (self.name()),
            "type": "Microsoft.KubernetesConfiguration/extensions",
            "properties": (self.properties(now)),
            "systemData": (object! {
                "createdBy": null,
                "createdByType": null,
                "createdAt": (created),
                "lastModifiedBy": null,
                "lastModifiedByType": null,
                "lastModifiedAt": (changed),
            }),
            "identity": (self.identity()),
        }
    }

    fn dice(&self, stream: u64) -> Dice {
        // Streams 0 to 2^32 decide states; those above only fill in ids and texts.
        Dice::new(self.seed, Topic::Extension, (stream << 32) + self.index as u64)
    }

    fn created(&self, now: UtcMillis) -> UtcMillis {
        last_event(UtcMillis(now.0 - 40 * DAY), 900 * DAY, self.index as u64 * 977 * 60_013)
    }

    fn changed(&self, now: UtcMillis) -> UtcMillis {
        last_event(now, 31 * DAY, self.index as u64 * 733 * 60_013)
    }

    fn settings(&self) -> Json {
        if self.flux {
            object! {
                "helm-controller.enabled": "true",
                "image-automation-controller.enabled": "true",
                "image-reflector-controller.enabled": "true",
                "multiTenancy.enforce": "false",
                "source-controller.enabled": "true",
            }
        } else {
            object! { "amalogs.secret.wsid": "", "amalogs.useAADAuth": "true" }
        }
    }

    fn scope(&self) -> Json {
        let namespace = if self.flux { fixed!("flux-system") } else { fixed!("azuremonitor") };
        object! { "cluster": (object! { "releaseNamespace": (namespace) }) }
    }

    fn extension_type(&self) -> Json {
        match (self.flux, self.index % 10) {
            // The service keeps the case that the client sent.
            (true, 9) => fixed!("Microsoft.Flux"),
            (true, _) => fixed!("microsoft.flux"),
            (false, _) => fixed!("Microsoft.AzureMonitor.Containers"),
        }
    }

    fn properties(&self, now: UtcMillis) -> Json {
        let state = &self.state;
        let failed = *state == ProvisioningState::Failed;
        let running = (*state != ProvisioningState::Creating).then(|| Text::from(self.version));
        let pinned = self.pinned.then(|| Text::from(self.version));
        let (statuses, error) = if failed {
            let (code, message) = FAILURES[self.failure % FAILURES.len()];
            let status = object! {
                "code": (code),
                "displayStatus": null,
                "level": "Error",
                "message": (message),
                "time": (Form::Offset.write(last_event(now, 9 * HOUR, self.index as u64 * 61_001))),
            };
            let error = object! {
                "code": (code),
                "message": (message),
                "target": null,
                "details": (Json::array([])),
                "additionalInfo": null,
            };
            (Json::array([status]), error)
        } else {
            (Json::array([]), Json::Null)
        };
        object! {
            "extensionType": (self.extension_type()),
            "autoUpgradeMinorVersion": (!self.pinned),
            "autoUpgradeMode": (if self.pinned { fixed!("none") } else { fixed!("compatible") }),
            "releaseTrain": (if self.index % 13 == 6 { fixed!("Preview") } else { fixed!("Stable") }),
            "version": (pinned),
            "currentVersion": (running),
            "scope": (self.scope()),
            "provisioningState": (state.as_str()),
            "configurationSettings": (self.settings()),
            "configurationProtectedSettings": (object! {}),
            "statuses": (statuses),
            "errorInfo": (error),
            "aksAssignedIdentity": null,
            "isSystemExtension": (false),
            "customLocationSettings": null,
            "packageUri": null,
        }
    }

    fn properties_of_2021(&self, now: UtcMillis) -> Json {
        let install_state = match self.state {
            ProvisioningState::Creating => fixed!("Pending"),
            _ => fixed!("Installed"),
        };
        object! {
            "extensionType": (self.extension_type()),
            "autoUpgradeMinorVersion": (!self.pinned),
            "releaseTrain": "Stable",
            "version": (self.version),
            "scope": (self.scope()),
            "installState": (install_state),
            "configurationSettings": (self.settings()),
            "configurationProtectedSettings": null,
            "statuses": (Json::array([])),
            "errorInfo": (object! { "code": null, "message": null }),
            "creationTime": (Form::OffsetTicks.write(self.created(now))),
            "lastModifiedTime": (Form::OffsetMicros.write(self.changed(now))),
            "lastStatusTime": (Form::OffsetMillis.write(self.changed(now))),
        }
    }
}

/// Code and text of failed installations, as long and as deeply nested as real ones.
const FAILURES: [(&str, &str); 4] = [
    (
        "ExtensionOperationFailed",
        "The extension operation failed with the following error: Helm installation failed : Timed out waiting for the resource to come to a ready/completed state. Last resource not ready was flux-system/source-controller. Events: [FailedScheduling: 0/5 nodes are available: 2 node(s) had untolerated taint {\"workload\": \"gpu\"}, 3 Insufficient memory. preemption: 0/5 nodes are available: 5 No preemption victims found for incoming pod.]. Recommendation: Check that the cluster has enough capacity for the agents, then delete the extension and create it again. For the logs of the agents see https://aka.ms/arc-extensions-troubleshoot",
    ),
    (
        "ExtensionOperationFailed",
        "The extension operation failed with the following error: Error: {failed to upgrade chart from path [] for release [flux]: err [release flux failed, and has been rolled back due to atomic being set: failed to pull image \"mcr.microsoft.com/azurek8sflux/fluxconfig-agent:1.24.1\": dial tcp: lookup mcr.microsoft.com on 10.0.0.10:53: server misbehaving]} occurred while doing the operation : {Upgrading the extension} on the config. Inner error: {\"status\":\"Failed\",\"error\":{\"code\":\"ResourceOperationFailure\",\"message\":\"The resource operation completed with terminal provisioning state 'Failed'.\",\"details\":[{\"code\":\"ImagePullBackOff\",\"message\":\"Back-off pulling image \\\"mcr.microsoft.com/azurek8sflux/fluxconfig-agent:1.24.1\\\"\"}]}}",
    ),
    (
        "ExtensionCreationFailed",
        "error: Unable to get the status from the local CRD with the error : {Error : Retry for given duration didn't get any results with err {status not populated}}. The agents on the cluster did not report within 25m0s; the last heartbeat of \"extension-manager\" was seen before the operation began",
    ),
    (
        "ValidationFailed",
        "The admission webhook \"validation.gatekeeper.sh\" denied the request: [azurepolicy-k8sazurev3allowedcontainerimages] Container image \"mcr.microsoft.com/oss/fluxcd/helm-controller:v1.3.0\" for container \"manager\" has not been allowed. {\"kind\":\"Deployment\",\"namespace\":\"flux-system\",\"name\":\"helm-controller\",\"violations\":[{\"policy\":\"allowed-images\",\"enforcement\":\"deny\"}]}",
    ),
];
