"""What the public pages say, in Turkish and in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("tr", "en")
_WORDS: Mapping[str, tuple[str, str]] = {
    "help": ("Yardım", "Help"),
    "forms": ("Bize yazın", "Write to us"),
    "status": ("Talebim ne durumda?", "How does my request stand?"),
    "other": ("English", "Türkçe"),
    "name": ("Adınız soyadınız", "Your name"),
    "email": ("E-posta adresiniz", "Your e-mail address"),
    "phone": ("Telefon numaranız", "Your telephone number"),
    "message": ("Mesajınız", "Your message"),
    "files": ("Dosyalar (en çok {n}, her biri {mb} MB)", "Files (up to {n}, {mb} MB each)"),
    "file_kind": (
        "Bu tür dosya alınmıyor ya da dosya adının söylediği türde değil.",
        "Files of this kind are not taken, or the file is not what its name says.",
    ),
    "send_files": ("Fotoğraf ya da video gönderin", "Send photos or videos"),
    "no_file": ("Lütfen en az bir dosya seçin.", "Please choose at least one file."),
    "files_came": (
        "Dosyalarınız geldi ({n}). Bu sayfayı kapatabilirsiniz.",
        "Your files have arrived ({n}). You may close this page.",
    ),
    "link_once": (
        "Bu bağlantı bir kez kullanılabilir: bütün dosyaları birlikte seçin.",
        "This link can be used once: choose all files together.",
    ),
    "link_used": (
        "Bu bağlantı kullanıldı. Başka dosya göndermek için yeni bir bağlantı isteyin.",
        "This link was used already. Please ask for a new one to send more.",
    ),
    "link_over": (
        "Bu bağlantının süresi doldu. Lütfen yeni bir bağlantı isteyin.",
        "This link has expired. Please ask for a new one.",
    ),
    "callback": ("Beni bu numaradan arayın", "Call me back on this number"),
    "send": ("Gönder", "Send"),
    "optional": ("isteğe bağlı", "optional"),
    "choose": ("Seçin", "Please choose"),
    "true": ("Evet", "Yes"),
    "false": ("Hayır", "No"),
    "leave": ("Bu alanı boş bırakın", "Leave this field empty"),
    "thanks": ("Teşekkür ederiz", "Thank you"),
    "received": (
        "Mesajınızı aldık, en kısa sürede yanıtlayacağız.",
        "We have received your message and will answer soon.",
    ),
    "will_call": (
        "Sizi arayacağız. Talebinizin numarası:",
        "We will call you back. The number of your request:",
    ),
    "mistakes": ("Lütfen işaretli alanları düzeltin.", "Please correct the marked fields."),
    "missing": ("Bu alan gerekli.", "This is needed."),
    "wrong-type": ("Bu değer geçerli değil.", "This is not a valid value."),
    "too-long": ("Bu çok uzun.", "This is too long."),
    "length": ("Basamak sayısı yanlış.", "The number of digits is wrong."),
    "not-a-choice": ("Listeden seçin.", "Choose from the list."),
    "reach": (
        "E-posta adresi ya da telefon numarası gerekli.",
        "An e-mail address or a telephone number is needed.",
    ),
    "expired": (
        "Sayfa çok uzun süre açık kaldı ya da çerezler kapalı. Lütfen yeniden gönderin.",
        "The page was open for too long, or cookies are off. Please send it again.",
    ),
    "too_often": (
        "Çok fazla deneme yapıldı. Lütfen bir saat sonra yeniden deneyin.",
        "Too many tries. Please come back in an hour.",
    ),
    "too_large": ("Dosyalar çok büyük.", "The files are too large."),
    "number": ("Talep numarası", "Number of the request"),
    "factor": (
        "Kayıtlı telefon numaranız ya da müşteri numaranızın son dört hanesi",
        "Your telephone number as we know it, or the last four digits of your customer number",
    ),
    "ask": ("Sor", "Ask"),
    "not_found": (
        "Bu bilgilerle bir talep bulamadık. Lütfen numarayı ve ikinci bilgiyi kontrol edin.",
        "We found no request with this. Please check the number and the second field.",
    ),
    "locked": (
        "Çok fazla yanlış deneme yapıldı. Lütfen bizi arayın.",
        "There were too many wrong tries. Please call us.",
    ),
    "not_announced": (
        "Bu talep hakkında yalnızca telefonda bilgi verebiliyoruz. Lütfen bizi arayın.",
        "We can tell about this request by telephone only. Please call us.",
    ),
    "away": (
        "Şu anda yanıt veremiyoruz. Lütfen biraz sonra yeniden deneyin.",
        "We cannot answer now. Please come back in a moment.",
    ),
    "no_page": ("Böyle bir sayfa yok.", "There is no such page."),
    "opened": ("Açılış", "Opened"),
    "promised": ("En geç", "Due by"),
    "kb": ("Sık sorulanlar", "Answers to common questions"),
    "kb_words": ("Ne arıyorsunuz?", "What are you looking for?"),
    "kb_find": ("Ara", "Search"),
    "kb_none": ("Bununla ilgili bir yanıt bulamadık.", "We found no answer to this."),
    "kb_more": ("Devamı", "More"),
    "kb_changed": ("Güncellendi", "Updated"),
    "kb_helpful": ("Bu yanıt işe yaradı", "This answer helped"),
    "kb_thanks": ("Bildirdiğiniz için teşekkür ederiz.", "Thank you for telling us."),
}


def said(language: str, key: str) -> str:
    """The words for a key; those of the first language where the asked one is not there."""
    place = LANGUAGES.index(language) if language in LANGUAGES else 0
    return _WORDS[key][place]
