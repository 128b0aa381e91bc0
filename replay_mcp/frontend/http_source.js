import { getJson } from './http.js'

/**
 * The recording and its frames from the local API; environment and id as addresses have them, encoded. `progress` is
 * called with the share that has been read.
 */
export class HttpSource {
  constructor(environment, id) {
    this.base = `/player/${environment}/${id}`
  }

  recording(progress) {
    return this.#read('/recording', progress)
  }

  frame(tab, at) {
    return this.#read(`/frame?tab=${tab}&at=${at}`)
  }

  async #read(path, progress = () => {}) {
    for (;;) {
      const { found, status } = await getJson(this.base + path)
      if (status !== 202) return found
      progress(found.of ? found.read / found.of : 0) // the server reads on for a second with each request
    }
  }
}
