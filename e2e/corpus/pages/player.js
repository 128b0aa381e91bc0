// A course page that is used by keyboard: native elements, a dialog, radio groups, a wizard. No library.
import { post } from './post.js'

document.getElementById('root').innerHTML = `<style>body{font:17px/1.5 system-ui;max-width:680px;margin:16px auto}:focus-visible{outline:3px solid #06c}.answer{min-height:24px}.card{border:1px solid #bbb;padding:12px}[hidden]{display:none}.tip{font-size:14px;color:#555}.fault{color:#a30000}</style>
<h1>Course registration</h1><p class="tip">Wrong answers do not count against you.</p>
<section class="card" id="s1"><h2>Step 1: level</h2><fieldset><legend>Your level</legend><label><input type="radio" name="level" value="a"> Beginner</label> <label><input type="radio" name="level" value="b"> Advanced</label></fieldset><button id="next">Next step</button> <button id="syllabus">Syllabus as PDF</button></section>
<section class="card" id="s2" hidden><h2>Step 2: you</h2><form id="f" novalidate><label>Full name <input id="name" aria-describedby="ne"></label> <span class="fault" id="ne" hidden>Please tell us your name</span><p><label><input type="checkbox" id="news"> Send me news</label></p><button>Register</button> <button type="button" id="pre">Check prerequisites</button> <button type="button" id="save">Save for later</button></form></section>
<p class="answer" id="answer" role="status"></p>`
const $ = (id) => document.getElementById(id)
$('next').onclick = () => { if (!document.querySelector('[name=level]:checked')) { $('answer').textContent = 'Choose a level to go on'; return } $('answer').textContent = ''; $('s1').hidden = true; $('s2').hidden = false; $('name').focus() }
$('f').onsubmit = async (event) => { event.preventDefault(); const empty = !$('name').value; $('ne').hidden = !empty; if (empty) { $('name').setAttribute('aria-invalid', 'true'); return $('name').focus() } $('name').removeAttribute('aria-invalid'); try { await post('/api/register'); $('s2').innerHTML = '<h2>See you in class</h2><p>Your place is reserved.</p>' } catch (error) { $('answer').textContent = error.message } }
$('pre').onclick = async () => { $('answer').textContent = 'Checking…'; $('answer').textContent = (await post('/api/check')).text }
