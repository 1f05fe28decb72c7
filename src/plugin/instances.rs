//! One instance for each data source and organisation, as long as it is in use and its settings stay the same.
//!
//! Grafana sends a data source's settings with each request. An instance holds what must outlive a request (snapshot,
//! tokens, connections). It is never shared between organisations or data sources, because their identities may see
//! different resources.

use super::wire::{DataSourceSettings, PluginContext};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// An instance without requests for this long is dropped.
pub const IDLE: Duration = Duration::from_secs(15 * 60);
/// Prefix of the keys of Grafana's configuration that the plugin reads; others may change from request to request.
const AZURE_KEYS: &str = "GFAZPL_";

/// A data source of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InstanceKey {
    /// Grafana's organisation.
    pub org_id: i64,
    /// The data source's unique id within it.
    pub uid: String,
}

/// The settings that an instance was made from; other settings need another instance. Holds secrets, hence no `Debug`.
#[derive(PartialEq, Eq)]
struct Origin {
    json_data: Vec<u8>,
    secure: HashMap<String, String>,
    updated_ms: i64,
    azure_config: HashMap<String, String>,
}

/// Settings as they came with a request, for making an instance.
#[derive(Clone, Copy)]
pub struct Incoming<'a> {
    /// Settings of the data source.
    pub data_source: &'a DataSourceSettings,
    /// The Azure part of Grafana's configuration; empty unless Grafana forwards it to this plugin.
    pub azure_config: &'a HashMap<String, String>,
}

struct Entry<T> {
    origin: Origin,
    instance: Arc<T>,
    last_used: Instant,
}

/// The instances of this process.
pub struct Instances<T> {
    entries: Mutex<HashMap<InstanceKey, Entry<T>>>,
}

impl<T> Default for Instances<T> {
    fn default() -> Self {
        Self { entries: Mutex::default() }
    }
}

impl<T> Instances<T> {
    /// The instance for a request: the existing one when its settings are the same, otherwise a new one from `create`, which
    /// replaces it at once. Requests that still hold the old instance may finish with it.
    ///
    /// # Errors
    /// The error of `create`. Nothing is kept then, and an instance with older settings is dropped: its answers would not be
    /// those of the data source as it is saved now.
    pub fn get<E>(
        &self,
        context: &PluginContext,
        data_source: &DataSourceSettings,
        create: impl FnOnce(Incoming<'_>) -> Result<T, E>,
    ) -> Result<Arc<T>, E> {
        let key = InstanceKey { org_id: context.org_id, uid: data_source.uid.clone() };
        let azure_config = azure_config(&context.grafana_config);
        let mut entries = self.lock();
        if let Some(entry) = entries.get_mut(&key) {
            if entry.origin.is(data_source, &azure_config) {
                entry.last_used = Instant::now();
                return Ok(Arc::clone(&entry.instance));
            }
            entries.remove(&key);
        }
        let instance = Arc::new(create(Incoming { data_source, azure_config: &azure_config })?);
        let origin = Origin {
            json_data: data_source.json_data.clone(),
            secure: data_source.secure.clone(),
            updated_ms: data_source.updated_ms,
            azure_config,
        };
        let kept = Arc::clone(&instance);
        entries.insert(key, Entry { origin, instance: kept, last_used: Instant::now() });
        Ok(instance)
    }

    /// Drops instances without requests for [`IDLE`].
    pub fn sweep(&self) {
        let now = Instant::now();
        self.lock().retain(|_, entry| now.duration_since(entry.last_used) < IDLE);
    }

    /// All instances, by organisation and uid.
    pub fn all(&self) -> Vec<(InstanceKey, Arc<T>)> {
        let mut all: Vec<_> = self
            .lock()
            .iter()
            .map(|(key, entry)| (key.clone(), Arc::clone(&entry.instance)))
            .collect();
        all.sort_by(|(a, _), (b, _)| a.cmp(b));
        all
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<InstanceKey, Entry<T>>> {
        // Each change of the map is one call, so a panic in between leaves the map consistent.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Origin {
    fn is(&self, data_source: &DataSourceSettings, azure: &HashMap<String, String>) -> bool {
        self.updated_ms == data_source.updated_ms
            && self.json_data == data_source.json_data
            && self.secure == data_source.secure
            && self.azure_config == *azure
    }
}

fn azure_config(config: &HashMap<String, String>) -> HashMap<String, String> {
    config
        .iter()
        .filter(|(key, _)| key.starts_with(AZURE_KEYS))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    fn context(org_id: i64) -> PluginContext {
        PluginContext { org_id, ..PluginContext::default() }
    }

    fn settings(uid: &str) -> DataSourceSettings {
        DataSourceSettings { uid: uid.to_owned(), ..DataSourceSettings::default() }
    }

    /// The instance for those settings, made as `fresh` if there is none.
    fn get(
        instances: &Instances<u32>,
        context: &PluginContext,
        settings: &DataSourceSettings,
        fresh: u32,
    ) -> u32 {
        let result = instances.get::<Infallible>(context, settings, |_| Ok(fresh));
        *result.expect("can't fail")
    }

    #[tokio::test]
    async fn instances_are_shared_by_organisation_and_data_source_only() {
        let instances = Instances::default();
        assert_eq!(get(&instances, &context(1), &settings("a"), 1), 1);
        assert_eq!(get(&instances, &context(1), &settings("a"), 2), 1);
        assert_eq!(get(&instances, &context(2), &settings("a"), 3), 3);
        assert_eq!(get(&instances, &context(1), &settings("b"), 4), 4);
        let keys: Vec<_> =
            instances.all().into_iter().map(|(key, _)| (key.org_id, key.uid)).collect();
        assert_eq!(keys, [(1, "a".to_owned()), (1, "b".to_owned()), (2, "a".to_owned())]);
    }

    #[tokio::test]
    async fn any_change_of_the_settings_makes_another_instance() {
        let instances = Instances::default();
        let mut context = context(1);
        let mut settings = settings("a");
        assert_eq!(get(&instances, &context, &settings, 1), 1);
        settings.updated_ms = 5;
        assert_eq!(get(&instances, &context, &settings, 2), 2);
        settings.json_data = b"{}".to_vec();
        assert_eq!(get(&instances, &context, &settings, 3), 3);
        settings.secure.insert("azureClientSecret".to_owned(), "new".to_owned());
        assert_eq!(get(&instances, &context, &settings, 4), 4);
        context.grafana_config.insert("GFAZPL_AZURE_CLOUD".to_owned(), "AzureCloud".to_owned());
        assert_eq!(get(&instances, &context, &settings, 5), 5);
        context.grafana_config.insert("GF_RESPONSE_LIMIT".to_owned(), "0".to_owned());
        assert_eq!(get(&instances, &context, &settings, 6), 5, "no setting of ours");
        assert_eq!(instances.all().len(), 1);
    }

    #[tokio::test]
    async fn the_old_instance_is_dropped_when_its_last_request_ends() {
        let instances = Instances::default();
        let mut settings = settings("a");
        let create = |_: Incoming<'_>| Ok::<_, Infallible>(vec![1]);
        let old = instances.get(&context(1), &settings, create).expect("can't fail");
        settings.updated_ms = 1;
        let new = instances.get(&context(1), &settings, create).expect("can't fail");
        assert!(!Arc::ptr_eq(&old, &new));
        assert_eq!(Arc::strong_count(&old), 1, "only the request holds it");
    }

    #[tokio::test]
    async fn a_failure_is_not_remembered() {
        let instances = Instances::<u32>::default();
        let mut settings = settings("a");
        assert_eq!(get(&instances, &context(1), &settings, 1), 1);
        settings.updated_ms = 1;
        let failed = instances.get(&context(1), &settings, |_| Err("broken"));
        assert_eq!(failed, Err("broken"));
        assert!(instances.all().is_empty(), "the instance with the old settings is gone");
        assert_eq!(get(&instances, &context(1), &settings, 2), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn instances_without_requests_are_dropped() {
        let instances = Instances::default();
        get(&instances, &context(1), &settings("asked"), 1);
        get(&instances, &context(1), &settings("idle"), 2);
        tokio::time::advance(IDLE.saturating_sub(Duration::from_secs(1))).await;
        get(&instances, &context(1), &settings("asked"), 3);
        instances.sweep();
        assert_eq!(instances.all().len(), 2);
        tokio::time::advance(Duration::from_secs(1)).await;
        instances.sweep();
        let left: Vec<_> = instances.all().into_iter().map(|(key, _)| key.uid).collect();
        assert_eq!(left, ["asked"]);
    }
}
