// Stands for what age can do and we do not ask of it: post-quantum and P-256 recipients (70 kB).
// The organiser's recipients are X25519 keys; any other is refused when the page is published.
export const MLKEM768P256 = undefined;
export const MLKEM768X25519 = undefined;
export const p256 = undefined;
