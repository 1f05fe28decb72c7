//! The order of rows in tables: what fails comes first, so that neither a row limit nor a small panel hides it.

use flux::{ComplianceState, ProvisioningState};

/// The place of a compliance state, the worst first. States that this code doesn't know come last.
pub(super) fn of_compliance(state: &ComplianceState) -> usize {
    let known = ComplianceState::KNOWN.iter().position(|known| known == state);
    known.unwrap_or(ComplianceState::KNOWN.len())
}

/// The place of a provisioning state, the worst first; no state comes last.
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
