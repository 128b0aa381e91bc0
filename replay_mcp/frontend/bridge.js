const PROTOCOL = '2026-01-26'

/** Speaks with the chat client around the view: JSON-RPC over postMessage, as MCP Apps defines it. */
export class Bridge {
  constructor() {
    Object.assign(this, { next: 1, waiting: new Map(), handlers: {} })
    window.addEventListener('message', (event) => {
      if (event.source === window.parent) this.#receive(event.data)
    })
  }

  /** Calls `act` with the params of each notification of this name. */
  on(method, act) {
    this.handlers[method] = act
  }

  async connect() {
    const { hostContext } = await this.request('ui/initialize', {
      protocolVersion: PROTOCOL,
      appInfo: { name: 'replay-mcp', title: 'Recording', version: '1.0.0' },
      appCapabilities: { availableDisplayModes: ['inline', 'fullscreen'] },
    })
    this.#send({ method: 'ui/notifications/initialized', params: {} })
    return hostContext ?? {}
  }

  request(method, params) {
    const id = this.next++
    this.#send({ id, method, params })
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }))
  }

  notify(method, params) {
    this.#send({ method, params })
  }

  /** The structured result of a tool. */
  async call(name, args) {
    const result = await this.request('tools/call', { name, arguments: args })
    if (result.isError) throw new Error(errorText(result))
    return result.structuredContent ?? {}
  }

  #send(message) {
    window.parent.postMessage({ jsonrpc: '2.0', ...message }, '*') // the view does not know the client's origin
  }

  #receive(message) {
    if (message?.jsonrpc !== '2.0') return
    if (message.method === undefined) {
      const waiting = this.waiting.get(message.id)
      this.waiting.delete(message.id)
      if (message.error) waiting?.reject(new Error(message.error.message))
      else waiting?.resolve(message.result ?? {})
    } else if (message.id === undefined) {
      this.handlers[message.method]?.(message.params ?? {})
    } else if (['ui/resource-teardown', 'ping'].includes(message.method)) {
      this.#send({ id: message.id, result: {} })
    } else {
      this.#send({ id: message.id, error: { code: -32601, message: `${message.method} is not supported` } })
    }
  }
}

function errorText(result) {
  const text = result.content?.find((block) => block.type === 'text')?.text ?? 'The server reported an error.'
  try {
    const { why, next } = JSON.parse(text).error
    return [why, next].filter(Boolean).join(' ')
  } catch {
    return text
  }
}
