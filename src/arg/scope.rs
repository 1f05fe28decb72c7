//! The part of the tenant that a listing covers.

use serde::Serialize;

/// Resource Graph takes at most this many subscriptions in one request.
const SUBSCRIPTIONS_PER_REQUEST: usize = 1_000;

/// The part of the tenant that a listing covers. A request takes subscriptions or management groups, not both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everything that the identity can see.
    Tenant,
    /// These subscriptions (their ids); any number of them.
    Subscriptions(Vec<String>),
    /// These management groups (their names) and what is below them.
    ManagementGroups(Vec<String>),
}

impl Scope {
    /// The scopes of the two lists of the settings: one per list that isn't empty, the tenant when both are. With two
    /// scopes a resource may be listed twice; the reader of the rows keeps one for each id, without regard to case.
    pub fn of(subscriptions: &[String], management_groups: &[String]) -> Vec<Self> {
        let mut scopes = Vec::new();
        if !subscriptions.is_empty() {
            scopes.push(Self::Subscriptions(subscriptions.to_vec()));
        }
        if !management_groups.is_empty() {
            scopes.push(Self::ManagementGroups(management_groups.to_vec()));
        }
        if scopes.is_empty() {
            scopes.push(Self::Tenant);
        }
        scopes
    }

    /// The requests that cover the scope, one after the other; never empty. An empty list stays one request, which Resource
    /// Graph refuses: a reply without rows would look like an empty fleet.
    pub(super) fn batches(&self) -> Vec<Batch<'_>> {
        match self {
            Self::Tenant => vec![Batch::default()],
            Self::Subscriptions(ids) if ids.is_empty() => {
                vec![Batch { subscriptions: Some(&[]), management_groups: None }]
            }
            Self::Subscriptions(ids) => ids
                .chunks(SUBSCRIPTIONS_PER_REQUEST)
                .map(|ids| Batch { subscriptions: Some(ids), management_groups: None })
                .collect(),
            Self::ManagementGroups(names) => {
                vec![Batch { subscriptions: None, management_groups: Some(names) }]
            }
        }
    }
}

/// The scope members of one request body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Batch<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    subscriptions: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    management_groups: Option<&'a [String]>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("s{number}")).collect()
    }

    #[test]
    fn subscriptions_are_requested_by_the_thousand() {
        let scope = Scope::Subscriptions(names(2_001));
        let sizes: Vec<usize> = scope
            .batches()
            .iter()
            .filter_map(|batch| batch.subscriptions.map(<[_]>::len))
            .collect();
        assert_eq!(sizes, [1_000, 1_000, 1]);
        assert_eq!(Scope::Subscriptions(Vec::new()).batches().len(), 1);
    }

    #[test]
    fn members_are_those_of_the_api() {
        let json = |scope: &Scope| serde_json::to_string(&scope.batches()).expect("JSON");
        assert_eq!(json(&Scope::Tenant), "[{}]");
        assert_eq!(json(&Scope::ManagementGroups(names(1))), r#"[{"managementGroups":["s0"]}]"#);
    }

    #[test]
    fn two_lists_are_two_scopes() {
        assert_eq!(Scope::of(&[], &[]), [Scope::Tenant]);
        assert_eq!(
            Scope::of(&names(1), &names(2)),
            [Scope::Subscriptions(names(1)), Scope::ManagementGroups(names(2))]
        );
    }
}
