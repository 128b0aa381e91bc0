/** Gets JSON from the local API, with the key of this tab if it has one. Returns what was found, and the status. */
export async function getJson(path) {
  const key = sessionStorage.getItem('key')
  const response = await fetch(path, { headers: key ? { Authorization: `Bearer ${key}` } : {} })
  const found = await response.json().catch(() => ({}))
  if (response.ok) return { found, status: response.status }
  throw Object.assign(new Error(found.detail ?? `The server answered ${response.status}.`), { status: response.status })
}
