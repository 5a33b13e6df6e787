/* Runs before the first paint, so that a dark screen never flashes white. */
;(() => {
  let wish = null
  try { wish = localStorage.getItem('mingjing.theme') } catch { /* storage may be forbidden: follow the system */ }
  const dark = wish ? wish === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
})()
