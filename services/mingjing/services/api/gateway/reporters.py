"""Who may hand in whose events."""

from mingjing.services.agencies import Agencies, Agency
from mingjing.services.api.problems import Problem
from mingjing.services.auth.caller import Caller


def agency_of(agencies: Agencies, caller: Caller) -> Agency:
    """Return the agency whose events the caller may hand in; Problem 403 for who is of no reporting agency."""
    agency = agencies.of_code(caller.agency) if caller.role == "clerk" and caller.agency is not None else None
    if agency is None:
        raise Problem(403, "no_agency", "只有报送部门的密钥或经办账号可以报送；请由系统管理员按部门发放")
    return agency


def trying_agency_of(agencies: Agencies, caller: Caller) -> Agency:
    """Return the agency whose sandbox the caller may use; Problem 403 for who comes without a sandbox key."""
    agency = agencies.of_code(caller.agency) if caller.via == "sandbox_key" and caller.agency is not None else None
    if agency is None:
        raise Problem(403, "no_sandbox", "请用试投密钥；由管理员以 mingjing agency sandbox 发放")
    return agency
