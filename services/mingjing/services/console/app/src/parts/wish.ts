/** One wish of a person, 128 random bits: sent again after a broken line, it is still the same wish. `randomUUID` is only there over https. */
export const newWish = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
