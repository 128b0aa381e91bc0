"""Words of messages in Japanese, Chinese, Korean and Arabic.

These languages do not separate words by spaces, or inflect them from within, so the patterns match parts of words
anywhere in a text.
"""

import re
from typing import Final

SCRIPTS: Final = re.compile("[\u0600-\u06ff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
"""A letter of one of these scripts."""

ERRORS: Final = re.compile(
    "エラー|失敗し|できません|できなかった|見つかりません|無効(?:です|な)|正しくありません|間違っています|有効期限が切れ"
    "|拒否され|問題が発生|ご利用いただけません|不正な|存在しません|超えています|使用されています|足りません"
    "|错误|出错|失败|无效|无法|不正确|不存在|已过期|被拒绝|不可用|已被使用|超出|錯誤|無效|無法|不正確|已過期|被拒絕"
    "|오류|실패|잘못된|유효하지 않|할 수 없|찾을 수 없|만료되|거부되|올바르지 않|존재하지 않|초과"
    "|خطأ|فشل|غير صالح|غير صحيح|تعذر|تعذّر|لا يمكن|غير متاح|غير متوفر|منتهي|مرفوض|رُفض|لم يتم|غير موجود"
)
"""Parts of words that report an error anywhere on a page."""
REQUESTS: Final = re.compile(
    "てください|下さい|必須|必要です|请|不能为空|必须|必填|請|不能為空|하세요|해 주세요|해주세요|필수|입력"
    "|يرجى|الرجاء|مطلوب|يجب|أدخل|اختر"
)
"""Parts of words that ask for input: an error beside a field, a hint anywhere else."""
DONE: Final = re.compile(
    "(?:完了|送信|保存|登録|予約|受付|受け付け|申請|注文|更新|作成|確定|承認)(?:を|が|は|いた)?(?:完了)?"
    "(?:しました|されました|いたしました|ました)"
    "|ありがとうございま"
    "|(?:提交|保存|发送|注册|预订|支付|创建|更新|操作|下单)成功|已(?:保存|提交|发送|创建|更新|预订|确认|收到|付款)|感谢您|谢谢您"
    "|(?:提交|儲存|發送|註冊|預訂|付款)成功|已(?:儲存|發送|預訂|確認)|感謝您"
    "|(?:완료|저장|전송|등록|예약|제출|주문|접수)(?:이|가)? ?(?:완료)?(?:되었습니다|됐습니다|했습니다)|감사합니다"
    "|تم(?:ت)? (?:ال)?(?:حفظ|إرسال|حجز|تأكيد|تسجيل|إنشاء|تحديث|استلام|الدفع|حجزك|طلبك)|بنجاح|شكر[اًا]+ ل"
)
"""Parts of words that report success."""
