/* Roles, and what of the installation somebody of a role may be let into. */

export const ROLES = ['inspector', 'supervisor', 'clerk', 'rule_admin', 'auditor', 'system_admin'] as const
export type Role = (typeof ROLES)[number]

/** The region and agency of a wish; who administers the system has neither. */
export const reachOf = ({ role, region, agency }: { role: Role; region: string; agency: string }): { region: string | null; agency: string | null } =>
  role === 'system_admin' ? { region: null, agency: null } : { region: region || null, agency: agency || null }
