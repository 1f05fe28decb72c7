//! A configuration's `properties`, as Resource Graph and Resource Manager write them.

use super::catalogue::{Helm, Source, SourceKind};
use super::configuration::{
    Cause, Configuration, Detail, KUSTOMIZATION_INTERVAL_SECONDS, KUSTOMIZATION_TIMEOUT_SECONDS,
    Standing,
};
use super::dice::{Dice, Topic};
use super::json::{Json, fixed, object};
use super::object::{Note, Object, Said, objects, said};
use super::times::Form;
use arcstr::literal;
use flux::{ComplianceState, ProvisioningState, ReferenceType, Text, UtcMillis};

impl Configuration<'_> {
    /// `properties` of the Resource Graph row, with as much of the statuses as such rows show.
    pub(super) fn graph_properties(&self, now: UtcMillis) -> Json {
        self.properties(now, self.detail)
    }

    /// Resource Manager's reply: the same, with conditions.
    pub(super) fn resource(&self, now: UtcMillis) -> Json {
        let created = Form::OffsetTicks.write(self.created(now));
        object! {
            "id": (self.id()),
            "name": (self.name()),
            "type": "Microsoft.KubernetesConfiguration/fluxConfigurations",
            "properties": (self.properties(now, Detail::Conditions)),
            "systemData": (object! {
                "createdBy": null,
                "createdByType": null,
                "createdAt": (&created),
                "lastModifiedBy": null,
                "lastModifiedByType": null,
                "lastModifiedAt": (&created),
            }),
        }
    }

    /// The form in which this configuration writes a time; different times have different forms.
    fn form(&self, which: u64) -> Form {
        let forms = Form::ALL;
        forms
            [self.phase.rotate_right(8).wrapping_add(which).to_le_bytes()[0] as usize % forms.len()]
    }

    fn properties(&self, now: UtcMillis, detail: Detail) -> Json {
        let revision = self.revision(now);
        let shown = revision.as_ref().map_or("", |revision| &revision.text);
        let objects = objects(self);
        let source = self.source_members();
        object! {
            "scope": (if self.ordinal % 7 == 5 { fixed!("namespace") } else { fixed!("cluster") }),
            "namespace": (self.app.namespace),
            "sourceKind": (self.source.kind.name()),
            "suspend": (self.standing == Standing::Suspended),
            "gitRepository": (source.git),
            "bucket": (source.bucket),
            "azureBlob": (source.blob),
            "ociRepository": (source.oci),
            "kustomizations": (self.kustomizations()),
            "configurationProtectedSettings": (object! {}),
            "repositoryPublicKey": (self.public_key()),
            "sourceSyncedCommitId": (revision.as_ref().map(|revision| revision.text.clone())),
            "sourceUpdatedAt": (revision.as_ref().map(|revision| self.form(0).write(revision.at))),
            "statusUpdatedAt": (self.reported(now).map(|at| self.form(1).write(at))),
            "complianceState": (self.compliance().as_ref().map(state_text)),
            "provisioningState": (provisioning_text(&self.provisioning)),
            "errorMessage": (self.error_message(&objects, shown)),
            "statuses": (Json::array(
                objects.iter().map(|object| self.status(object, detail, shown, now)).collect::<Vec<_>>(),
            )),
        }
    }

    /// One member per kind of source; all but one are null.
    fn source_members(&self) -> SourceMembers {
        let Source { kind, url, reference } = *self.source;
        let mut members = SourceMembers::default();
        let named = |wanted: ReferenceType| {
            reference.and_then(|(kind, value)| (kind == wanted).then_some(value))
        };
        let interval = self.source_interval_seconds();
        match kind {
            SourceKind::Git => {
                members.git = object! {
                    "url": (url),
                    "timeoutInSeconds": (600),
                    "syncIntervalInSeconds": (interval),
                    "repositoryRef": (object! {
                        "branch": (named(ReferenceType::Branch)),
                        "tag": (named(ReferenceType::Tag)),
                        "semver": (named(ReferenceType::Semver)),
                        "commit": (named(ReferenceType::Commit)),
                    }),
                    "sshKnownHosts": null,
                    "httpsUser": null,
                    "httpsCACert": null,
                    "localAuthRef": null,
                    "provider": null,
                };
            }
            SourceKind::Bucket => {
                members.bucket = object! {
                    "url": (url),
                    "bucketName": "flux",
                    "insecure": (false),
                    "timeoutInSeconds": (600),
                    "syncIntervalInSeconds": (interval),
                    "accessKey": "harborline-flux",
                    "localAuthRef": null,
                };
            }
            SourceKind::Blob => {
                members.blob = object! {
                    "url": (url),
                    "containerName": "manifests",
                    "timeoutInSeconds": (600),
                    "syncIntervalInSeconds": (interval),
                    "servicePrincipal": null,
                    "accountKey": null,
                    "sasToken": null,
                    "managedIdentity": (object! { "clientId": "" }),
                    "localAuthRef": null,
                };
            }
            SourceKind::Oci => {
                members.oci = object! {
                    "url": (url),
                    "timeoutInSeconds": (600),
                    "syncIntervalInSeconds": (interval),
                    "repositoryRef": (object! {
                        "tag": (named(ReferenceType::Tag)),
                        "semver": (named(ReferenceType::Semver)),
                        "digest": (named(ReferenceType::Digest)),
                    }),
                    "layerSelector": null,
                    "verify": null,
                    "insecure": (false),
                    "useWorkloadIdentity": (true),
                    "serviceAccountName": null,
                    "tlsConfig": null,
                    "localAuthRef": null,
                };
            }
        }
        members
    }

    fn kustomizations(&self) -> Json {
        let layers = self.app.layers.list();
        let declared = layers.iter().map(|layer| {
            let depends_on = layer.after.map(Json::from).into_iter();
            let members = object! {
                "name": (layer.name),
                "path": (layer.path),
                "dependsOn": (Json::array(depends_on.collect::<Vec<_>>())),
                "timeoutInSeconds": (KUSTOMIZATION_TIMEOUT_SECONDS),
                "syncIntervalInSeconds": (KUSTOMIZATION_INTERVAL_SECONDS),
                "retryIntervalInSeconds": (self.retry_interval_seconds()),
                "prune": (true),
                "force": (false),
                "wait": (true),
                "postBuild": null,
            };
            (Text::from(layer.name), members)
        });
        Json::object(declared.collect::<Vec<_>>())
    }

    /// The key that Azure generated for a source that is read over SSH; empty for other sources.
    fn public_key(&self) -> Json {
        let url = self.source.url;
        if !(url.starts_with("git@") || url.starts_with("ssh://")) {
            return fixed!("");
        }
        // One key per cluster and source, because an agent has one key per repository.
        let stream = ((self.app.source as u64) << 32) + self.cluster_index as u64;
        let mut dice = Dice::new(self.seed, Topic::Key, stream);
        Json::from(format!("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC{}", dice.base64(325)))
    }

    fn error_message(&self, objects: &[Object], revision: &str) -> Json {
        if self.standing == Standing::Fresh {
            return Json::Null;
        }
        if self.provisioning == ProvisioningState::Failed {
            return fixed!(
                "(ExtensionNotReady) The 'microsoft.flux' extension on the cluster is not in a state that takes configurations. Check its provisioning state, then update this configuration."
            );
        }
        let failing = objects.iter().find(|object| matches!(object.note, Note::Failed(_)));
        match failing {
            // Azure sometimes repeats an object's message here, but not always.
            Some(object) if self.phase.is_multiple_of(3) => {
                said(object, self, revision).swap_remove(0).message.into()
            }
            _ => fixed!(""),
        }
    }

    fn status(&self, object: &Object, detail: Detail, revision: &str, now: UtcMillis) -> Json {
        let namespace = Text::from(self.app.namespace);
        let applied_by = object.applied_by.as_ref().map(|name| {
            object! { "name": (name), "namespace": (&namespace) }
        });
        let conditions = match detail {
            Detail::Conditions => {
                let at = self.form(2).write(self.since(now));
                let written = said(object, self, revision).into_iter().map(|said| {
                    let Said { condition, status, reason, message } = said;
                    object! {
                        "lastTransitionTime": (&at),
                        "message": (message),
                        "reason": (reason),
                        "status": (status),
                        "type": (condition),
                    }
                });
                Json::array(written.collect::<Vec<_>>())
            }
            Detail::NoConditions | Detail::Message => Json::Null,
        };
        let helm = self.helm_properties(object, &namespace);
        let state = state_text(&object.state);
        if detail == Detail::Message {
            let message = said(object, self, revision).swap_remove(0).message;
            return object! {
                "name": (&object.name),
                "namespace": (namespace),
                "kind": (&object.kind),
                "complianceState": (state),
                "appliedBy": (applied_by),
                "message": (message),
                "helmReleaseProperties": (helm),
            };
        }
        object! {
            "name": (&object.name),
            "namespace": (namespace),
            "kind": (&object.kind),
            "complianceState": (state),
            "appliedBy": (applied_by),
            "statusConditions": (conditions),
            "helmReleaseProperties": (helm),
        }
    }

    fn helm_properties(&self, object: &Object, namespace: &Text) -> Json {
        if object.kind != "HelmRelease" || self.app.helm == Helm::No {
            return Json::Null;
        }
        let failures = match object.note {
            Note::Failed(Cause::HelmFailed) => 1 + i64::from(self.phase.to_le_bytes()[1] % 9),
            _ => 0,
        };
        object! {
            "failureCount": (failures),
            "helmChartRef": (object! {
                "name": (format!("{namespace}-{}", self.name())),
                "namespace": (namespace),
            }),
            "installFailureCount": (0),
            "lastRevisionApplied": (1 + i64::from(self.phase.to_le_bytes()[2] % 17)),
            "upgradeFailureCount": (failures.min(1)),
        }
    }
}

#[derive(Default)]
struct SourceMembers {
    git: Json,
    bucket: Json,
    blob: Json,
    oci: Json,
}

fn state_text(state: &ComplianceState) -> Text {
    match state {
        ComplianceState::Compliant => literal!("Compliant"),
        ComplianceState::NonCompliant => literal!("Non-Compliant"),
        ComplianceState::Pending => literal!("Pending"),
        ComplianceState::Suspended => literal!("Suspended"),
        ComplianceState::Unknown => literal!("Unknown"),
        ComplianceState::Other(text) => text.clone(),
    }
}

fn provisioning_text(state: &ProvisioningState) -> Text {
    match state {
        ProvisioningState::Succeeded => literal!("Succeeded"),
        other => Text::from(other.as_str()),
    }
}
