import { Editor } from '@tiptap/core'
import StarterKit from '@tiptap/starter-kit'
import { post } from './post.js'

document.getElementById('root').innerHTML = `<main style="max-width:760px;margin:16px auto;font-family:Georgia,serif"><style>.ProseMirror{border:1px solid #bbb;min-height:140px;padding:8px}.is-active{background:#ddd}#state{color:#777;min-height:20px;font-size:13px}.comment{border-left:3px solid #99c;padding-left:8px}.warn{color:#a12}dialog::backdrop{background:#0006}</style>
<h1>Minutes of the board</h1><div role="toolbar" aria-label="Formatting"><button data-run="toggleBold" aria-label="Bold">B</button><button data-run="toggleItalic" aria-label="Italic">I</button><button data-run="toggleBulletList" aria-label="Bullets">•</button></div><div id="editor"></div><p id="state">Draft</p>
<button id="publish">Publish minutes</button> <button id="share">Invite reader</button> <button id="speak">Read aloud</button> <button id="history" popovertarget="versions">Versions</button><div id="versions" popover><p>Version 2: save failed on Monday</p></div>
<details><summary>Publishing rules</summary><p>Minutes with errors are sent back.</p></details>
<h2>Comments</h2><div id="comments"></div><label>Comment <textarea id="text"></textarea></label> <button id="add">Add comment</button>
<dialog id="d"><form method="dialog"><h2>Invite a reader</h2><label>Reader's e-mail <input id="reader" type="email" required></label><p class="warn" id="dw"></p><button type="button" id="invite">Send invitation</button> <button value="x" formnovalidate>Close</button></form></dialog></main>`
const $ = (id) => document.getElementById(id)
const editor = new Editor({ element: $('editor'), extensions: [StarterKit], content: '<p>Present: </p>', onUpdate: () => { clearTimeout(timer); timer = setTimeout(save, 900) } })
let timer
async function save() { $('state').textContent = 'Saving…'; try { await post('/api/draft'); $('state').textContent = 'All changes saved' } catch (error) { $('state').textContent = `Not saved: ${error.message}` } }
for (const button of document.querySelectorAll('[data-run]')) button.onclick = () => { editor.chain().focus()[button.dataset.run]().run(); button.classList.toggle('is-active') }
$('publish').onclick = async () => { try { await post('/api/publish'); document.querySelector('main').innerHTML = '<h1>Minutes published</h1><p>Everyone on the board has been told.</p><a href="#" onclick="return false">Back to all minutes</a>' } catch (error) { alert(error.message) } }
$('share').onclick = () => $('d').showModal()
$('invite').onclick = async () => { try { await post('/api/invite', { to: $('reader').value }); $('d').close(); $('state').textContent = 'Invitation sent' } catch (error) { $('dw').textContent = error.message } }
$('add').onclick = async () => { const line = document.createElement('p'); line.className = 'comment'; line.textContent = `You: ${$('text').value}`; $('comments').append(line); $('text').value = ''; setTimeout(() => { const answer = document.createElement('p'); answer.className = 'comment'; answer.textContent = 'Nora: I could not attend, sorry.'; $('comments').append(answer) }, 2100) }
