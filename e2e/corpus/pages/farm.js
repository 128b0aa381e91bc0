// Lit elements: everything is in shadow trees, labels and buttons are slotted.
import { LitElement, css, html } from 'lit'
import { post } from './post.js'

class FarmButton extends LitElement { static styles = css`button{padding:8px 14px;margin:2px;position:relative;overflow:hidden}.glow{position:absolute;inset:0;opacity:0}.glow.on{opacity:.3}`; static properties = { glow: { state: true } }; render() { return html`<button part="base" @pointerdown=${() => { this.glow = true; setTimeout(() => { this.glow = false }, 400) }}><span class="glow ${this.glow ? 'on' : ''}"></span><slot></slot></button>` } }
customElements.define('farm-button', FarmButton)
class FarmField extends LitElement { static styles = css`.m{color:#b00;font-size:13px}`; static properties = { label: {}, message: {}, value: {} }; render() { return html`<label>${this.label} <input .value=${this.value ?? ''} @input=${(event) => { this.value = event.target.value }} aria-invalid=${this.message ? 'true' : 'false'} aria-describedby="m"></label><div class="m" id="m">${this.message ?? ''}</div>` } }
customElements.define('farm-field', FarmField)
class FarmToast extends LitElement { static styles = css`div{position:fixed;top:10px;right:10px;padding:10px;background:#222;color:#fff}:host(:not([open])) div{display:none}`; static properties = { open: { type: Boolean, reflect: true }, text: {}, variant: { reflect: true } }; render() { return html`<div role="status">${this.text}</div>` } }
customElements.define('farm-toast', FarmToast)
class FarmApp extends LitElement {
  static styles = css`:host{display:block;max-width:640px;margin:16px auto;font:16px system-ui}dialog{border:1px solid}`
  static properties = { beds: { state: true }, wrong: { state: true }, weather: { state: true }, done: { state: true } }
  constructor() { super(); this.beds = ['Leek', 'Kale', 'Blight-free tomato'] }
  get toast() { return this.renderRoot.querySelector('farm-toast') }
  say(variant, text) { Object.assign(this.toast, { variant, text, open: true }); clearTimeout(this.timer); this.timer = setTimeout(() => { this.toast.open = false }, 3200) }
  async order() { const field = this.renderRoot.querySelector('farm-field'); field.message = /^\d+$/.test(field.value ?? '') ? '' : 'How many crates?'; if (field.message) return; try { await post('/api/crates', { n: field.value }); this.done = true } catch (error) { this.say('danger', error.message) } }
  async clear(bed) { try { await post('/api/clear', { bed }); this.beds = this.beds.filter((each) => each !== bed); this.say('success', `${bed} cleared`) } catch (error) { this.say('danger', error.message) } }
  async look() { this.weather = 'Asking the station…'; this.weather = (await post('/api/weather')).text }
  render() {
    if (this.done) return html`<h2>See you on Saturday</h2><p>Your crates are packed at nine.</p>`
    return html`<h2>Harvest</h2><ul>${this.beds.map((bed) => html`<li>${bed} <farm-button @click=${() => this.clear(bed)}>Clear ${bed}</farm-button></li>`)}</ul><farm-field label="Crates"></farm-field><farm-button @click=${this.order}>Order crates</farm-button><farm-button @click=${this.look}>Weather</farm-button><farm-button>Share list</farm-button><farm-button @click=${() => this.renderRoot.querySelector('dialog').showModal()}>How it works</farm-button><p>${this.weather ?? ''}</p><dialog><p>Spoiled crates are replaced.</p><form method="dialog"><button>Got it</button></form></dialog><farm-toast></farm-toast>`
  }
}
customElements.define('farm-app', FarmApp)
document.getElementById('root').innerHTML = '<farm-app></farm-app>'
