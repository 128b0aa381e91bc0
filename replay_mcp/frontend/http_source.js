import { getJson } from './http.js'

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
      const { found, status } = await getJson(`${this.base}/recording`)
      if (status !== 202) return found
      progress(found.of ? found.read / found.of : 0) // the server reads on for a second with each request
    }
  }

  async frame(tab, at) {
    return (await getJson(`${this.base}/frame?tab=${tab}&at=${at}`)).found
  }
}
