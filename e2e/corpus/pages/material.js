import '@material/web/button/filled-button.js'
import '@material/web/button/outlined-button.js'
import '@material/web/button/text-button.js'
import '@material/web/iconbutton/icon-button.js'
import '@material/web/checkbox/checkbox.js'
import '@material/web/switch/switch.js'
import '@material/web/textfield/outlined-text-field.js'
import '@material/web/select/outlined-select.js'
import '@material/web/select/select-option.js'
import '@material/web/dialog/dialog.js'
import '@material/web/progress/linear-progress.js'
import '@material/web/tabs/tabs.js'
import '@material/web/tabs/primary-tab.js'
import '@material/web/chips/chip-set.js'
import '@material/web/chips/filter-chip.js'
import { LitElement, css, html, nothing } from 'lit'
import { post } from './post.js'

class EnergyMeter extends LitElement {
  static properties = { tab: { state: true }, problem: { state: true }, banner: { state: true }, busy: { state: true }, result: { state: true }, asking: { state: true } }
  static styles = css`:host{display:block;max-width:620px;margin:16px auto;font:16px/1.5 system-ui}.row{display:flex;gap:10px;margin:14px 0;flex-wrap:wrap}.banner{background:#f9dedc;color:#410e0b;padding:10px;border-radius:8px}.good{background:#c4eed0;padding:10px;border-radius:8px}`
  constructor() { super(); this.tab = 0 }
  get reading() { return this.renderRoot.querySelector('#reading') }
  async send() {
    this.problem = ''; this.banner = ''; this.result = ''
    if (!/^\d+$/.test(this.reading.value)) { this.problem = 'Only digits, as on the meter'; return }
    try { this.result = (await post('/api/readings')).text } catch (error) { this.banner = error.message }
  }
  async forecast() { this.busy = true; this.result = ''; this.result = (await post('/api/forecast')).text; this.busy = false }
  async close() { this.asking = false; try { await post('/api/contract', {}, 'DELETE') } catch (error) { this.banner = error.message } }
  render() {
    return html`<h1>Your meter</h1><md-tabs @change=${(event) => (this.tab = event.target.activeTabIndex)}><md-primary-tab>Reading</md-primary-tab><md-primary-tab>Contract</md-primary-tab></md-tabs>
      ${this.banner ? html`<p class="banner">${this.banner}</p>` : nothing}${this.result ? html`<p class="good">${this.result}</p>` : nothing}
      ${this.tab === 0 ? html`<div class="row"><md-outlined-text-field id="reading" label="Meter reading" ?error=${!!this.problem} error-text=${this.problem ?? ''}></md-outlined-text-field><md-outlined-select label="Meter"><md-select-option selected value="a"><div slot="headline">Kitchen</div></md-select-option><md-select-option value="b"><div slot="headline">Fault in cellar</div></md-select-option></md-outlined-select></div>
      <md-chip-set><md-filter-chip label="Night tariff"></md-filter-chip><md-filter-chip label="Estimated"></md-filter-chip></md-chip-set>
      <div class="row"><md-filled-button @click=${this.send}>Send reading</md-filled-button><md-outlined-button @click=${this.forecast}>Forecast</md-outlined-button><md-text-button>Scan meter</md-text-button><md-text-button>Get help</md-text-button></div>${this.busy ? html`<md-linear-progress indeterminate></md-linear-progress>` : nothing}`
      : html`<div class="row"><label><md-switch></md-switch> Green power</label><md-outlined-button>Change tariff</md-outlined-button><md-text-button>Old bills</md-text-button><md-text-button>Move house</md-text-button><md-filled-button @click=${() => (this.asking = true)}>End contract</md-filled-button></div>`}
      <md-dialog ?open=${this.asking} @closed=${() => (this.asking = false)}><div slot="headline">End your contract?</div><div slot="content">Power stops at the end of the month.</div><div slot="actions"><md-text-button @click=${() => (this.asking = false)}>Stay</md-text-button><md-text-button @click=${this.close}>End it</md-text-button></div></md-dialog>`
  }
}
customElements.define('energy-meter', EnergyMeter)
