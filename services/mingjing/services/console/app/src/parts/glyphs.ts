/* Marks of 16 by 16, drawn for this console. */
export const glyphs = {
  warning: '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.6"/><path d="M8 4.6V8l2.4 1.6" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round"/>',
  yellow: '<rect x="3.4" y="1.8" width="9.2" height="12.4" rx="1.4" fill="none" stroke="currentColor" stroke-width="1.6"/><path d="M8 4.8v4" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"/><circle cx="8" cy="11.4" r="1.1" fill="currentColor"/>',
  red: '<rect x="2.6" y="1" width="10.8" height="14" rx="1.6" fill="currentColor"/><path d="M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4" stroke="var(--ic-cut, var(--mj-surface))" stroke-width="1.8" stroke-linecap="round"/>',
  home: '<path d="M2 8.2L8 2.6l6 5.6M3.8 7v6.4h8.4V7" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linejoin="round"/>',
  cards: '<rect x="2" y="4.2" width="7.4" height="10" rx="1" fill="none" stroke="currentColor" stroke-width="1.4"/><path d="M6.4 1.9l6.3 1.7a1 1 0 01.7 1.2l-1.9 7.1" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round"/>',
  case: '<path d="M3 2h7l3 3v9H3z" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linejoin="round"/><path d="M5.4 7.4h5.2M5.4 10.4h5.2" stroke="currentColor" stroke-width="1.4"/>',
  look: '<circle cx="7" cy="7" r="4.4" fill="none" stroke="currentColor" stroke-width="1.4"/><path d="M10.4 10.4L14 14" stroke="currentColor" stroke-width="1.6" stroke-linecap="round"/>',
  report: '<path d="M3 14V2h10v12zM5.6 11.4V8.6M8 11.4V5M10.4 11.4V7" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linejoin="round" stroke-linecap="round"/>',
  rule: '<path d="M8 2v12M3 4.4h10M3 4.4L1.4 9h3.2zM13 4.4L11.4 9h3.2zM5.4 14h5.2" fill="none" stroke="currentColor" stroke-width="1.3" stroke-linejoin="round"/>',
  data: '<path d="M1.6 8h3l1.6-4.6 3 9L11 8h3.4" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linejoin="round" stroke-linecap="round"/>',
  wall: '<rect x="1.6" y="2.8" width="12.8" height="8.4" rx="1" fill="none" stroke="currentColor" stroke-width="1.4"/><path d="M5.4 13.8h5.2" stroke="currentColor" stroke-width="1.4" stroke-linecap="round"/>',
  info: '<circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" stroke-width="1.4"/><path d="M8 7.2v4" stroke="currentColor" stroke-width="1.6" stroke-linecap="round"/><circle cx="8" cy="4.7" r=".9" fill="currentColor"/>',
  ok: '<path d="M3 8.4l3.2 3.2L13 4.8" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"/>',
  shut: '<path d="M4 4l8 8M12 4l-8 8" stroke="currentColor" stroke-width="1.6" stroke-linecap="round"/>',
  next: '<path d="M6 3.4L10.6 8 6 12.6" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"/>',
  down: '<path d="M3.6 6L8 10.4 12.4 6" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"/>',
  print: '<path d="M4.4 6V2h7.2v4M4.4 11H2.2V6h11.6v5h-2.2M4.4 9.4h7.2V14H4.4z" fill="none" stroke="currentColor" stroke-width="1.3" stroke-linejoin="round"/>',
  silent: '<path d="M1.6 8h4M10.4 8h4M7 5l2 6M9 5L7 11" stroke="currentColor" stroke-width="1.4" stroke-linecap="round"/>',
  hint: '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.6" stroke-dasharray="2 2"/><circle cx="8" cy="8" r="1.6" fill="currentColor"/>',
  hold: '<path d="M5.4 3v10M10.6 3v10" stroke="currentColor" stroke-width="2" stroke-linecap="round"/>',
  moon: '<path d="M13.2 9.6A5.6 5.6 0 016.4 2.8a5.6 5.6 0 106.8 6.8z" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linejoin="round"/>',
  sun: '<circle cx="8" cy="8" r="3" fill="none" stroke="currentColor" stroke-width="1.4"/><path d="M8 1.4v1.8M8 12.8v1.8M1.4 8h1.8M12.8 8h1.8M3.3 3.3l1.3 1.3M11.4 11.4l1.3 1.3M12.7 3.3l-1.3 1.3M4.6 11.4l-1.3 1.3" stroke="currentColor" stroke-width="1.4" stroke-linecap="round"/>',
  copy: '<path d="M5.4 5.4h8v8h-8zM10.6 5.4V2.6h-8v8h2.8" fill="none" stroke="currentColor" stroke-width="1.3" stroke-linejoin="round"/>',
  export: '<path d="M8 2v7.4M5 6.6l3 3 3-3M2.6 11v2.6h10.8V11" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"/>',
} as const

export type Glyph = keyof typeof glyphs
