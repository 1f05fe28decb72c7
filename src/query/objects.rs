//! Objects and kustomizations of configurations, filtered by their own properties.

use super::view::View;
use crate::inventory::Filters;
use flux::{ComplianceState, Extension, FluxConfiguration, FluxObject, same_text};
use std::collections::HashSet;
use std::rc::Rc;

/// An object and its configuration.
#[derive(Clone, Copy, Debug)]
pub(super) struct ObjectRow<'a> {
    pub(super) configuration: &'a FluxConfiguration,
    pub(super) object: &'a FluxObject,
}

/// Filters on properties of an object itself, or of the object that belongs to a kustomization.
#[derive(Debug)]
pub(super) struct ObjectFilter {
    namespaces: HashSet<String>,
    kinds: HashSet<String>,
    states: HashSet<ComplianceState>,
}

impl ObjectFilter {
    pub(super) fn new(filters: &Filters) -> Self {
        let lower = |texts: &[String]| texts.iter().map(|text| text.to_ascii_lowercase()).collect();
        Self {
            namespaces: lower(&filters.namespaces),
            kinds: lower(&filters.kinds),
            states: filters
                .compliance_states
                .iter()
                .map(|text| ComplianceState::from_azure(Some(text)))
                .collect(),
        }
    }

    /// Whether every object passes.
    pub(super) fn is_open(&self) -> bool {
        self.namespaces.is_empty() && self.kinds.is_empty() && self.states.is_empty()
    }

    pub(super) fn passes(
        &self,
        kind: Option<&str>,
        namespace: Option<&str>,
        state: &ComplianceState,
    ) -> bool {
        let holds = |set: &HashSet<String>, text: Option<&str>| {
            set.is_empty() || text.is_some_and(|text| set.contains(&text.to_ascii_lowercase()))
        };
        holds(&self.kinds, kind)
            && holds(&self.namespaces, namespace)
            && (self.states.is_empty() || self.states.contains(state))
    }
}

/// The kind that an extension has in lists of objects.
pub(super) const EXTENSION: &str = "Extension";

/// Extensions that pass the filters in lists of objects: none when a filter names a property that only configurations and
/// objects have, or other kinds.
pub(super) fn extensions_among_objects<'a>(
    filters: &Filters,
    view: &View<'a>,
) -> impl Iterator<Item = &'a Extension> + use<'a> {
    let of_configurations = [
        &filters.configurations,
        &filters.namespaces,
        &filters.compliance_states,
        &filters.commits,
        &filters.repositories,
    ];
    let is_kind = |kind: &String| same_text(kind, EXTENSION);
    let asked_for = of_configurations.iter().all(|wanted| wanted.is_empty())
        && (filters.kinds.is_empty() || filters.kinds.iter().any(is_kind));
    let extensions = view.snapshot.extensions();
    let rows = asked_for.then(|| extensions.matching(filters, view.snapshot.names()));
    rows.into_iter().flatten().map(|row| &*extensions.rows()[row])
}

/// Configurations that pass the filters, not counting filters on objects, in order.
pub(super) fn parents<'a>(
    filters: &Filters,
    view: &View<'a>,
) -> impl Iterator<Item = &'a FluxConfiguration> + use<'a> {
    parent_rows(filters, view).map(|(_, configuration)| configuration)
}

/// The same configurations with their row numbers in the snapshot.
pub(super) fn parent_rows<'a>(
    filters: &Filters,
    view: &View<'a>,
) -> impl Iterator<Item = (usize, &'a FluxConfiguration)> + use<'a> {
    let configurations = view.snapshot.configurations();
    configurations
        .matching(&filters.for_parents(), view.snapshot.names())
        .map(|row| (row, &*configurations.rows()[row]))
}

/// Objects that pass the filters, sorted by cluster, configuration, kind, namespace and name.
pub(super) fn matching_objects<'a>(
    filters: &Filters,
    view: &View<'a>,
) -> impl Iterator<Item = ObjectRow<'a>> + use<'a> {
    let filter = Rc::new(ObjectFilter::new(filters));
    parents(filters, view).flat_map(move |configuration| {
        let filter = Rc::clone(&filter);
        let passes = move |object: &&FluxObject| {
            let kind = object.kind.as_deref();
            filter.passes(kind, object.namespace.as_deref(), &object.compliance_state)
        };
        let objects = configuration.objects.iter().filter(passes);
        objects.map(move |object| ObjectRow { configuration, object })
    })
}
