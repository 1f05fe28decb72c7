//! The order of rows in tables: failing rows come first, so that neither a row limit nor a small panel hides them.

use flux::{ComplianceState, ProvisioningState};

/// Sort key of a compliance state: the worst state has the smallest. States that this code doesn't know come last.
pub(super) fn of_compliance(state: &ComplianceState) -> usize {
    let known = ComplianceState::KNOWN.iter().position(|known| known == state);
    known.unwrap_or(ComplianceState::KNOWN.len())
}

/// Sort key of a provisioning state: the worst state has the smallest. A missing state comes last.
pub(super) fn of_provisioning(state: Option<&ProvisioningState>) -> usize {
    let known = ProvisioningState::KNOWN.iter().position(|known| Some(known) == state);
    known.unwrap_or(ProvisioningState::KNOWN.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_comes_before_what_is_under_way_and_what_is_fine() {
        use ComplianceState::{Compliant, NonCompliant, Pending, Suspended};
        let order = [NonCompliant, Pending, Suspended, Compliant];
        assert!(order.map(|state| of_compliance(&state)).is_sorted());
        assert!(of_compliance(&Compliant) < of_compliance(&ComplianceState::Other("x".into())));
        let (failed, creating) = (ProvisioningState::Failed, ProvisioningState::Creating);
        assert!(of_provisioning(Some(&failed)) < of_provisioning(Some(&creating)));
        let succeeded = of_provisioning(Some(&ProvisioningState::Succeeded));
        assert!(of_provisioning(Some(&creating)) < succeeded && succeeded < of_provisioning(None));
    }
}
