// Runs before the first paint: the theme chosen on this device, if any. A file of its own because the policy forbids inline script.
try {
  const theme = localStorage.getItem('parlor.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is blocked: the system's theme will do.
}
