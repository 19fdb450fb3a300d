/**
 * Length instead of composition (NIST SP 800-63B §3.1.1.2): 12 characters at least, nothing that everybody tries first, nothing made of the account's own name.
 */
export const PASSWORD_LEAST_CHARACTERS = 12;
/** argon2 takes more; a stranger must not make it chew on megabytes. */
export const PASSWORD_MOST_BYTES = 256;

const COMMON = ['password', 'passwort', '123456', 'qwerty', 'qwertz', 'letmein', 'welcome', 'changeme', 'iloveyou', 'administrator', 'tidegate', 'kubernetes', 'abc123', 'monkey', 'dragon'];

/** Why a password is refused, in one sentence; undefined when it is good. */
export function passwordIsRefused(password: string, account: string): string | undefined {
  if ([...password].length < PASSWORD_LEAST_CHARACTERS) return `A password has ${PASSWORD_LEAST_CHARACTERS} characters at least.`;
  if (Buffer.byteLength(password) > PASSWORD_MOST_BYTES) return `A password has ${PASSWORD_MOST_BYTES} bytes at most.`;
  const lower = password.toLowerCase();
  if (new Set(lower).size < 5) return 'The password repeats too few characters.';
  if (account.length >= 3 && lower.includes(account)) return "The password must not contain the account's name.";
  // What is left when everybody's first tries are taken out has to be long enough to matter.
  const rest = COMMON.reduce((text, word) => text.replaceAll(word, ''), lower);
  if ([...rest].length < PASSWORD_LEAST_CHARACTERS / 2) return 'The password is among those that everybody tries first.';
  return undefined;
}
