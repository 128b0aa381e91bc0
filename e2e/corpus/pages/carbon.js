import '@carbon/web-components/es/components/button/index.js'
import '@carbon/web-components/es/components/text-input/index.js'
import '@carbon/web-components/es/components/modal/index.js'
import '@carbon/web-components/es/components/notification/index.js'
import '@carbon/web-components/es/components/tabs/index.js'
import '@carbon/web-components/es/components/inline-loading/index.js'
import { post } from './post.js'

document.getElementById('root').innerHTML = `<main style="max-width:760px;margin:16px auto;font-family:sans-serif">
<h1>Deployments</h1><div id="notes"></div>
<cds-tabs value="run" trigger-content="Choose"><cds-tab id="t1" target="p1" value="run">Run</cds-tab><cds-tab id="t2" target="p2" value="log">History</cds-tab></cds-tabs>
<div id="p1" role="tabpanel"><cds-text-input id="tag" label="Image tag" invalid-text="A tag has three numbers, as in 1.4.2"></cds-text-input>
<p><cds-button id="deploy">Deploy now</cds-button> <cds-button id="plan" kind="secondary">Show plan</cds-button> <cds-button id="notify" kind="tertiary">Notify team</cds-button> <cds-button kind="ghost" disabled>Pause</cds-button></p><p id="plantext"></p></div>
<div id="p2" role="tabpanel" hidden><ul><li>1.4.1 deployed</li><li>1.4.0 failed: out of memory</li></ul><cds-button id="roll" kind="danger">Roll back</cds-button></div>
<cds-modal id="ask" prevent-close-on-click-outside><cds-modal-header><cds-modal-close-button></cds-modal-close-button><cds-modal-heading>Roll back to 1.4.0?</cds-modal-heading></cds-modal-header><cds-modal-body><p>Visitors may see errors for a minute.</p></cds-modal-body><cds-modal-footer><cds-modal-footer-button kind="secondary" data-modal-close>Not now</cds-modal-footer-button><cds-modal-footer-button kind="danger" id="yes">Yes, roll back</cds-modal-footer-button></cds-modal-footer></cds-modal></main>`
const $ = (id) => document.getElementById(id)
const note = (kind, title, subtitle) => { const one = document.createElement('cds-toast-notification'); Object.assign(one, { kind, title, subtitle, lowContrast: true, timeout: 3600 }); for (const [key, value] of Object.entries({ kind, title, subtitle })) one.setAttribute(key, value); $('notes').replaceChildren(one) }
document.addEventListener('cds-tab-selected', () => {})
document.querySelector('cds-tabs').addEventListener('cds-tabs-selected', (event) => { const log = event.detail.item.value === 'log'; $('p1').hidden = log; $('p2').hidden = !log })
$('deploy').addEventListener('click', async () => {
  const tag = $('tag'); tag.invalid = !/^\d+\.\d+\.\d+$/.test(tag.value)
  if (tag.invalid) return
  try { await post('/api/deploy', { tag: tag.value }); note('success', 'Deployed', 'The new version serves all visitors') } catch (error) { note('error', 'Not deployed', error.message) }
})
$('plan').addEventListener('click', async () => { $('plantext').innerHTML = '<cds-inline-loading status="active">Planning</cds-inline-loading>'; $('plantext').textContent = (await post('/api/plan')).text })
$('roll').addEventListener('click', () => { $('ask').open = true })
$('yes').addEventListener('click', async () => { $('ask').open = false; try { await post('/api/rollback'); note('success', 'Rolled back', '') } catch (error) { note('error', 'No roll back', error.message) } })
