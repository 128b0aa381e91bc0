/**
 * The recording and its frames from the local API; environment and id as addresses have them, encoded. `progress` is
 * called with the share that has been read.
 */
export class HttpSource {
  constructor(environment, id) {
    this.base = `/player/${environment}/${id}`
  }

  async recording(progress) {
    for (;;) {
      const response = await this.#get('/recording')
      const found = await response.json()
      if (response.status !== 202) return found
      progress(found.of ? found.read / found.of : 0) // the server reads on for a second with each request
    }
  }

  async frame(tab, at) {
    const response = await this.#get(`/frame?tab=${tab}&at=${at}`)
    return response.json()
  }

  async #get(path) {
    const key = sessionStorage.getItem('key')
    const response = await fetch(this.base + path, { headers: key ? { Authorization: `Bearer ${key}` } : {} })
    if (response.ok) return response
    const found = await response.json().catch(() => ({}))
    throw Object.assign(new Error(found.detail ?? `The server answered ${response.status}.`), { status: response.status })
  }
}
