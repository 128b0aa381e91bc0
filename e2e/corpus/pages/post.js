/** Sends to the page's API; throws an Error with the API's message where it refuses. */
export async function post(path, body = {}, method = 'POST') {
  const response = await fetch(path, { method, headers: { 'content-type': 'application/json' }, body: method === 'GET' ? undefined : JSON.stringify(body) })
  const answer = await response.json().catch(() => ({}))
  if (!response.ok) throw Object.assign(new Error(answer.message ?? 'Something went wrong'), { status: response.status, answer })
  return answer
}
