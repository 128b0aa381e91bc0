import Sortable from 'sortablejs'
import { post } from './post.js'

document.getElementById('root').innerHTML = `<style>body{font:15px system-ui;max-width:900px;margin:12px auto}.cols{display:flex;gap:12px}.col{flex:1;background:#f2f2f2;min-height:170px;padding:8px}.card{background:#fff;border:1px solid #ccc;padding:8px;margin:6px 0;cursor:grab}#chat{border:1px solid #ccc;height:170px;overflow:auto;padding:6px}#live:empty{display:none}#live{background:#fff4ce;padding:8px}.bad{background:#fbdcdc}:focus-visible{outline:2px solid #06c}</style>
<h1>Release board</h1><p id="live" role="status"></p><div class="cols"><div class="col" id="todo"><h2>To do</h2><div class="card" data-id="a">Write the docs</div><div class="card" data-id="b">Fix crash at login</div></div><div class="col" id="done"><h2>Done</h2><div class="card" data-id="c">Error pages</div></div></div>
<p><label>Attach a file <input type="file" id="file"></label> <button id="ship">Ship release</button> <button id="freeze">Freeze board</button> <button id="ask">Ask for review</button></p><h2>Team chat</h2><div id="chat" role="log"></div><form id="cf"><input id="say" aria-label="Message" autocomplete="off"> <button>Send</button></form>`
const $ = (id) => document.getElementById(id)
const live = (text, bad) => { $('live').className = bad ? 'bad' : ''; $('live').textContent = text }
const line = (who, text) => { const p = document.createElement('p'); p.textContent = `${who}: ${text}`; $('chat').append(p); $('chat').scrollTop = 1e6; return p }
for (const id of ['todo', 'done']) Sortable.create($(id), { group: 'board', draggable: '.card', animation: 120, forceFallback: true, onEnd: async ({ item, from, to }) => { if (from === to) return; try { await post('/api/move', { id: item.dataset.id }); live(`${item.textContent} moved`) } catch (error) { from.append(item); live(error.message, true) } } })
$('file').onchange = async () => { live('Uploading…'); try { await post('/api/upload'); live('File attached') } catch (error) { live(error.message, true) } }
$('ship').onclick = async () => { live('Building…'); try { live((await post('/api/ship')).text) } catch (error) { live(error.message, true) } }
$('ask').onclick = () => { setTimeout(() => line('Bot', 'Review requested'), 1800) }
let sent = 0
$('cf').onsubmit = async (event) => { event.preventDefault(); const mine = line('Me', $('say').value); $('say').value = ''; sent++; if (sent === 2) setTimeout(() => { mine.insertAdjacentHTML('beforeend', ' <small class="delivery-failed">Not delivered</small>') }, 900); else setTimeout(() => line('Ivo', 'Sounds good, the error is gone'), 1500) }
setInterval(() => { if (Math.random() < 0.3) line('Bot', `Heartbeat ${new Date().getSeconds()}`) }, 2600)
