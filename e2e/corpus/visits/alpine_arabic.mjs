// Arabic, right to left; messages are in the page from the start, and x-show reveals them.
const css = 'body{font:17px/1.7 system-ui;max-width:620px;margin:16px auto}[x-cloak]{display:none}.err{color:#c00;font-size:14px}.box{border:1px solid #c00;padding:8px}.done{border:1px solid #2a7;padding:8px}button{padding:6px 14px;margin:0 0 8px 8px}label{display:block;margin:6px 0}[role=button]{display:inline-block}'
const body = `<style>${css}</style><main x-data="booking"><h1>حجز طاولة</h1><div class="done" x-show="sent" x-cloak><h2>تم تأكيد الحجز</h2><p>رقم الحجز <span x-text="code"></span></p></div>
<form x-show="!sent" @submit.prevent="reserve" novalidate><label>الاسم <input x-model="name"></label><p class="err" x-show="wrong === 'name'" x-cloak>الرجاء إدخال الاسم</p><label>الهاتف <input x-model="phone" inputmode="tel"></label><p class="err" x-show="wrong === 'phone'" x-cloak>رقم الهاتف غير صحيح</p>
<p>عدد الضيوف <b x-text="guests"></b> <button type="button" @click="guests++">زيادة</button><button type="button" @click="guests--">نقصان</button></p><label><input type="checkbox" x-model="garden"> في الحديقة</label>
<div class="box" role="alert" x-show="problem" x-cloak x-text="problem"></div>
<button type="submit" :disabled="busy">احجز الآن</button><button type="button">اتصل بنا</button><button type="button" @click="look">الطاولات المتاحة</button><button type="button">خريطة المطعم</button><button type="button">تقييم المطعم</button><span role="button" tabindex="0">صور المطعم</span><button type="button" @click="menu = !menu">قائمة الطعام</button></form><p x-text="tables"></p><p x-show="menu" x-cloak>حساء العدس، سمك مشوي، كنافة</p></main>`
export default {
  title: 'مطعم الياسمين', lang: 'ar', dir: 'rtl', page: 'alpine.js', css: false, body, held: true,
  device: { locale: 'ar-EG', viewport: { width: 1000, height: 760 } },
  routes: () => ({
    'POST /api/tables': ({ n }) => [{ status: 409, json: { message: 'عذرا، لا توجد طاولة في هذا الوقت' } }, { status: 500, json: { message: 'حدث خطأ في الخادم' } }, { wait: 3300, json: { code: 'Y-52' } }][n - 1],
    'POST /api/free': { wait: 3300, json: { text: 'طاولتان متاحتان مساء' } },
  }),
  async play(v) {
    const name = v.page.getByLabel('الاسم'), phone = v.page.getByLabel('الهاتف')
    await v.click('احجز الآن', v.button('احجز الآن'), { flags: ['error_shown'], texts: ['الرجاء إدخال الاسم'] })
    await v.type('الاسم', name, 'ليلى حداد')
    await v.type('الهاتف', phone, '12ab')
    await v.click('احجز الآن', v.button('احجز الآن'), { flags: ['error_shown'], texts: ['رقم الهاتف غير صحيح'] })
    await v.click('الهاتف', phone, { n: 3, gap: 50, double: true, wait: 300, why: 'selects all' })
    await v.type('الهاتف', null, '01005550123', { flags: ['retyped'] })
    await v.click('زيادة', v.button('زيادة'), { n: 4, gap: 210, why: 'one guest more each time' })
    await v.click('احجز الآن', v.button('احجز الآن'), { flags: ['error_after', 'error_shown'], texts: ['عذرا، لا توجد طاولة في هذا الوقت'], wait: 2000 })
    await v.click('اتصل بنا', v.button('اتصل بنا'), { flags: ['dead'], wait: 3300 })
    await v.click('الطاولات المتاحة', v.button('الطاولات المتاحة'), { flags: ['slow'], texts: ['طاولتان متاحتان مساء'], wait: 4700 })
    await v.click('قائمة الطعام', v.button('قائمة الطعام'), { soft: ['حساء العدس، سمك مشوي، كنافة'] })
    await v.click('في الحديقة', v.page.getByLabel('في الحديقة'), { as: 'change' })
    await v.click('احجز الآن', v.button('احجز الآن'), { flags: ['error_after', 'error_shown'], texts: ['حدث خطأ في الخادم'], wait: 2000 })
    await v.click('خريطة المطعم', v.button('خريطة المطعم'), { flags: ['rage'], may: ['dead'], n: 4, wait: 3300 })
    await v.click('تقييم المطعم', v.button('تقييم المطعم'), { flags: ['rage'], may: ['dead'], n: 3, gap: 200, wait: 3300 })
    await v.click('صور المطعم', v.page.getByText('صور المطعم'), { flags: ['dead'], wait: 3300 })
    await v.screen()
    await v.click('احجز الآن', v.button('احجز الآن'), { flags: ['slow'], texts: ['تم تأكيد الحجز'], wait: 5200 })
    v.claim('true', { kind: 'clicked', text: 'احجز الآن', count: 5 }, { kind: 'saw_text', text: 'تم تأكيد الحجز' }, { kind: 'rage', text: 'خريطة المطعم' }, { kind: 'dead', text: 'اتصل بنا' }, { kind: 'request_failed', text: '/api/tables', status: 409 })
    v.claim('false', { kind: 'rage', text: 'زيادة' }, { kind: 'request_failed', text: '/api/free' }, { kind: 'dead', text: 'قائمة الطعام' })
    v.claim('unknown', { kind: 'clicked', text: 'إلغاء' }, { kind: 'saw_text', text: 'تم الدفع' })
    v.ends('success', 'the page confirms the booking')
  },
}
